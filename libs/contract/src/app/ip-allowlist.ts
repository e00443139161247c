import { z } from 'zod';

export const ipAllowlistEntriesMax = 100;

const error = 'must be an IPv4 or IPv6 address, or a range in CIDR notation';
const addressOrRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error });

/**
 * Addresses and CIDR ranges from which something may be used, as they are written by people; an empty list
 * lets in every address. They are stored and told in their canonical form.
 */
export const ipAllowlist = z.array(addressOrRange).max(ipAllowlistEntriesMax);
