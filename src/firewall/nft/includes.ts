/**
 * The path, or pattern of paths, that an `include` of a file for `nft -f` stands for. nft is built to look for names
 * without a leading slash in /etc.
 * Source: nft(8), Including files.
 */
export function includedPath(include: string): string {
  return include.startsWith('/') ? include : `/etc/${include.replace(/^\.\//, '')}`
}

/** What a pattern with `*` and `?` matches: neither goes beyond a slash. */
export function pathPattern(path: string): RegExp {
  const quoted = path.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${quoted.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`)
}
