/**
 * How long processes may go by what they knew of a token before a change that they were not told of: the longest
 * lives of a cached entry (5 s) and of the lease to fill one (2 s), and a moment beyond. A test holds this to the API's own.
 */
export const forgottenEverywhereAfterMs = 7_250;
