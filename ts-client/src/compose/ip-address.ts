const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/** A literal IPv6 address, without brackets and without zone. */
export function isIpv6(text: string): boolean {
  return text.length <= 45 && /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) && URL.canParse(`http://[${text}]/`);
}

export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}
