import {release} from 'node:os'
import {join} from 'node:path'
import {readSystemFile} from '../../files/read.ts'

/** What hands packets to a queue: targets of iptables and of nf_tables. */
const QUEUE_MODULES = ['xt_NFQUEUE', 'nft_queue']

/**
 * Whether this kernel has nothing that hands packets to a queue: neither loaded nor built in. Where that cannot be
 * read, it may have.
 */
export async function haveNoQueues(root = '/'): Promise<boolean> {
  try {
    const [loaded, builtIn] = await Promise.all([
      readSystemFile(join(root, 'proc/modules')),
      readSystemFile(join(root, 'lib/modules', release(), 'modules.builtin')),
    ])
    return !QUEUE_MODULES.some(
      name => new RegExp(`^${name} `, 'm').test(loaded) || builtIn.includes(`/${name}.ko`),
    )
  } catch {
    return false
  }
}
