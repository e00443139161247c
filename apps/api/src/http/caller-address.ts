import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The canonical text of an address; an IPv4 address that arrives mapped into IPv6 is the IPv4 address. */
export function callerAddress(text: string): string {
  // Nearly every address needs no parsing.
  if (!text.includes(':')) return text;
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : text;
}

/** The address as PostgreSQL's inet takes it; `null` for a name, a port or a zone that a proxy put there. */
export function inetOf(address: string): string | null {
  return isIP(address) !== 0 && !address.includes('%') ? address : null;
}

/** The unit in which addresses are limited: one IPv4 address, or one IPv6 /64, which one customer has whole. */
export function addressBlock(address: string): string {
  if (!address.includes(':')) return address;
  if (!ipaddr.IPv6.isValid(address)) return 'invalid';
  const parts = ipaddr.IPv6.parse(address).parts.slice(0, 4);
  return `${parts.map((part) => part.toString(16)).join(':')}::/64`;
}

/** Whether one of the CIDR ranges holds the address. An address in no known form is in none. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return ranges.some((range) => {
    const [network, bits] = ipaddr.parseCIDR(range);
    return network.kind() === parsed.kind() && parsed.match(network, bits);
  });
}
