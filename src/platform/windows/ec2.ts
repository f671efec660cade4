import {type Registry, text} from './registry.ts'

/** What the firmware says of the machine. */
const BIOS = 'HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS'

/**
 * Whether this host is an EC2 instance, by what its firmware says: Amazon made it, or Xen of a version of Amazon's.
 * Source: Amazon EC2 User Guide, "Detect whether a host is an EC2 instance"; SMBIOS, system information.
 */
export async function readIsEc2(registry: Registry): Promise<boolean> {
  const firmware = await registry.peek(BIOS)
  const maker = text(firmware, 'SystemManufacturer') ?? ''
  return maker === 'Amazon EC2' || (maker === 'Xen' && /\.amazon\b/.test(text(firmware, 'BIOSVersion') ?? ''))
}
