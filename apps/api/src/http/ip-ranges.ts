import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Of an IPv4 address that is mapped into IPv6 (RFC 4291, section 2.5.5.2). */
const mappedBits = 96;

/**
 * The canonical form of addresses and CIDR ranges that the contract's `ipAllowlist` let pass: each a range, an
 * address being one of its own, without bits beyond the prefix, IPv4 as IPv4, each once, in the given order.
 */
export function normalizeRanges(texts: readonly string[]): string[] {
  return [...new Set(texts.map(normalizeRange))];
}

function normalizeRange(text: string): string {
  const [address, bits] = unmapped(parseRange(text));
  const network = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${network.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()}/${bits}`;
}

function parseRange(text: string): [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function unmapped([address, bits]: [Address, number]): [Address, number] {
  const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= mappedBits;
  return isMapped ? [address.toIPv4Address(), bits - mappedBits] : [address, bits];
}
