import {join} from 'node:path'
import {readSystemFile} from '../files/read.ts'

/**
 * Whether this host is an EC2 instance, by what its firmware says. Source: Amazon EC2 User Guide, "Detect whether a
 * host is an EC2 instance". `root` is the directory that stands for `/`.
 */
export async function isEc2Instance(root = '/'): Promise<boolean> {
  const read = (path: string) => readSystemFile(join(root, path)).catch(() => '')
  const [vendor, uuid] = await Promise.all([read('sys/class/dmi/id/sys_vendor'), read('sys/hypervisor/uuid')])
  return vendor.trim() === 'Amazon EC2' || /^ec2/i.test(uuid)
}
