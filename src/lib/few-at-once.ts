/** Far below the 1,024 files that a process may have open by default (getrlimit(2), RLIMIT_NOFILE). */
const AT_ONCE = 64

/** Does something that opens a file for each of many items, 64 at a time; the results are in the order of the items. */
export async function fewAtOnce<Item, Result>(
  items: readonly Item[],
  action: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(action))))
  }
  return results
}
