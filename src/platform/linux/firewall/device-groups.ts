import {join} from 'node:path'
import {readSystemFile} from '../../files/read.ts'

/** Where iproute2 looks for names of interface groups; what comes later wins (ip-link(8)). */
const FILES = ['usr/share/iproute2/group', 'etc/iproute2/group']

/** Groups of interfaces by name; those that nobody has named are left out. */
export async function readDeviceGroups(root: string): Promise<Record<string, number>> {
  const texts = await Promise.all(FILES.map(file => readSystemFile(join(root, file)).catch(() => '')))
  const groups: Record<string, number> = {}
  for (const [, number, name] of texts.join('\n').matchAll(/^\s*(\d{1,10}|0x[0-9a-fA-F]{1,8})\s+([^\s#]+)/gm))
    if (name !== undefined) groups[name] = Number(number)
  return groups
}
