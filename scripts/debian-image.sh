#!/bin/bash
# debian-image.sh IMAGE PACKAGE...: an image with the programs of Debian packages and nothing else, made without a
# registry to pull from. No maintainer scripts run; users that they would make are made here. Needs Debian or Ubuntu, and
# a Docker Engine.
set -euo pipefail
image=$1
shift
work=$(mktemp -d -t debian-image.XXXX)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$work/debs"

# Everything that the packages need, as if nothing were installed; less what a container never uses.
packages=$(apt-get install --simulate -o Dir::State::status=/dev/null --no-install-recommends \
  base-files base-passwd dash coreutils libc-bin "$@" | awk '/^Inst/ {print $2}' | sort -u |
  grep -vxE 'debconf|perl.*|libperl.*|init-system-helpers|dpkg|tar|gcc-12-base|sysvinit-utils|lsb-base|iproute2|ucf|adduser|ssl-cert|procps|netbase')
# shellcheck disable=SC2086
(cd "$work/debs" && apt-get download -qq -o APT::Sandbox::User=root $packages)

for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
for package in "$work"/debs/*.deb; do dpkg-deb --fsys-tarfile "$package" | tar -C "$root" -x --keep-directory-symlink; done
mkdir -p "$root"/{tmp,proc,sys,dev,run,root,var/tmp}
chmod 1777 "$root"/tmp "$root"/var/tmp
# As the scripts of base-files would.
rm -rf "$root/var/run"
ln -s /run "$root/var/run"
ln -sf dash "$root/usr/bin/sh"
cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
id=100
for user in redis postgres memcache www; do
  id=$((id + 1))
  echo "$user:x:$id:$id::/var/lib/$user:/bin/sh" >>"$root/etc/passwd"
  echo "$user:x:$id:" >>"$root/etc/group"
  mkdir -p "$root/var/lib/$user"
  chown "$id:$id" "$root/var/lib/$user"
done
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
rm -rf "$root"/usr/share/{doc,man,locale,lintian,bug,info}
chroot "$root" ldconfig
tar -C "$root" -c --sort=name --mtime=@0 --numeric-owner . |
  docker import --change 'ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'CMD ["/bin/sh"]' - "$image" >/dev/null
