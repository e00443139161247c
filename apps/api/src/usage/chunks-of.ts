export function chunksOf<T>(items: readonly T[], lengthMax: number): T[][] {
  const count = Math.ceil(items.length / lengthMax);
  return Array.from({ length: count }, (_, index) => items.slice(index * lengthMax, (index + 1) * lengthMax));
}
