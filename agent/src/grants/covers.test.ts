import test from "ava";
import { covers, isBelow } from "./covers.ts";
import { isAsGoodAsRoot } from "./powers.ts";

const COVERS: [granted: string, asked: string, covers: boolean][] = [
  ["privileged", "privileged", true],
  ["privileged", "host-network", false],
  ["bind /srv rw", "bind /srv rw", true],
  ["bind /srv rw", "bind /srv ro", true],
  ["bind /srv ro", "bind /srv rw", false],
  ["bind /srv ro", "bind /srv/a/b ro", true],
  ["bind /srv ro", "bind /srv-other ro", false],
  ["bind /srv ro", "bind / ro", false],
  ["bind / ro", "bind /etc ro", true],
  ["bind / ro", "bind / rw", false],
  ["bind /srv/my photos ro", "bind /srv/my photos/a b ro", true],
  ["bind /srv/my photos ro", "bind /srv/my ro", false],
  ["bind /srv rw", "bind /srv/../etc rw", false],
  ["bind /srv rw", "engine-socket", false],
  ["capability ALL", "capability SYS_ADMIN", true],
  ["capability SYS_ADMIN", "capability ALL", false],
  ["capability NET_ADMIN", "capability SYS_ADMIN", false],
  ["capability ALL", "privileged", false],
  ["device /dev/snd rwm", "device /dev/snd/pcm rw", true],
  ["device /dev/ttyUSB0 rw", "device /dev/ttyUSB0 rwm", false],
  ["device /dev/ttyUSB0 rwm", "device /dev/ttyUSB1 rwm", false],
  ["device /dev rwm", "device /dev/../etc rwm", false],
  ["device-rule c 188:* rwm", "device-rule c 188:* rwm", true],
  ["device-rule c 188:* rwm", "device-rule c 189:* rwm", false],
  ["gpu any all gpu", "gpu nvidia 2 gpu", true],
  ["gpu nvidia all gpu", "gpu any all gpu", false],
  ["gpu any 2 gpu", "gpu any 2 gpu", true],
  ["gpu any 2 gpu", "gpu any 1 gpu", true],
  ["gpu any 2 gpu", "gpu any 3 gpu", false],
  ["gpu any 2 gpu", "gpu any all gpu", false],
  ["gpu any 2 gpu", "gpu any GPU-a gpu", false],
  ["gpu any GPU-a,GPU-b gpu", "gpu any GPU-b gpu", true],
  ["gpu any GPU-a gpu", "gpu any GPU-a,GPU-b gpu", false],
  ["gpu any GPU-a gpu", "gpu any 1 gpu", false],
  ["gpu any all gpu", "gpu any all compute,gpu", false],
  ["gpu any all compute,gpu", "gpu any all gpu", true],
  ["port 8000-8100", "port 8080", true],
  ["port 8000-8100", "port 8000-8100", true],
  ["port 8000-8100", "port 8101", false],
  ["port 8000-8100", "port 7999", false],
  ["port 8080", "port 8000-8100", false],
  ["sysctl net.*", "sysctl net.ipv4.ip_forward", true],
  ["sysctl net.*", "sysctl netx.y", false],
  ["sysctl net.ipv4.ip_forward", "sysctl net.ipv4.ip_forward_more", false],
  ["log-driver syslog", "log-driver journald", false],
  ["external-volume a", "external-volume ab", false],
  ["runtime a", "log-driver a", false],
];
for (const [granted, asked, wanted] of COVERS) {
  test(`${granted} ${wanted ? "covers" : "does not cover"} ${asked}`, (t) => {
    t.is(covers(granted, asked), wanted);
  });
}

test("a folder holds itself and what lies in it, and no path that goes up", (t) => {
  t.true(isBelow("/srv", "/srv"));
  t.true(isBelow("/", "/srv"));
  t.true(isBelow("/srv", "/srv/a..b"));
  t.false(isBelow("/srv", "/srv/a/../../etc"));
  t.false(isBelow("/srv/a", "/srv"));
});

const AGENT = ["/var/lib/daonetes", "/etc/daonetes"];
const ROOT: [string, boolean][] = [
  ["privileged", true],
  ["engine-socket", true],
  ["capability ALL", true],
  ["capability SYS_ADMIN", true],
  ["capability NET_ADMIN", false],
  ["bind / ro", true],
  ["bind /etc rw", true],
  ["bind /var/lib/daonetes ro", true],
  ["bind /var/lib/other rw", false],
  ["host-network", false],
];
for (const [allow, wanted] of ROOT) {
  test(`${allow} is ${wanted ? "" : "not "}as good as root`, (t) => {
    t.is(isAsGoodAsRoot(allow, AGENT), wanted);
  });
}
