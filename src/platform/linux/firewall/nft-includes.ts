import {dirname, join} from 'node:path'
import {includedPath, pathPattern} from '../../../firewall/nft/includes.ts'
import {readSource} from '../../../firewall/nft/source.ts'
import {namesIn} from '../../files/read.ts'

/** More than any rule set is split into. */
const MAX_FILES = 100

/**
 * The files that files for `nft -f` include, and those that these include, with their text. Left out is what cannot
 * be read, and what is included through a directory with a pattern for its name.
 * @param files text by absolute path
 * @param read null for what is no file that can be read
 */
export async function readNftIncludes(
  files: Readonly<Record<string, string>>,
  read: (path: string) => Promise<string | null>,
  root = '/',
): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const queue = Object.values(files)
  for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
    for (const include of readSource(text).includes) {
      for (const path of await expand(includedPath(include), root)) {
        if (path in files || path in found || Object.keys(found).length >= MAX_FILES) continue
        const included = await read(path)
        if (included === null) continue
        found[path] = included
        queue.push(included)
      }
    }
  }
  return found
}

async function expand(path: string, root: string): Promise<readonly string[]> {
  if (!/[*?]/.test(path)) return [path]
  const directory = dirname(path)
  const names = await namesIn(join(root, directory))
  const pattern = pathPattern(path)
  return names
    .map(name => join(directory, name))
    .filter(name => pattern.test(name))
    .sort()
}
