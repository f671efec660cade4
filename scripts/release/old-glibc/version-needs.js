/**
 * Edits which versions of symbols a program or library for x86-64 asks of glibc. ld.so(8) refuses a file as a whole where a
 * version that it asks for is missing, whoever has the symbol. Source: ELF, and the LSB's chapter on symbol versioning,
 * https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
 */

const SHT_GNU_VERNEED = 0x6ffffffe
const SHT_GNU_VERSYM = 0x6fffffff
/** The index of a symbol that is asked for in any version. */
const VER_NDX_GLOBAL = 1
const HIDDEN = 0x8000

/** Every version that a file asks of glibc, in order, such as `2.2.5`. */
export function glibcVersions(file) {
  const versions = needs(file).flatMap(({name}) => /^GLIBC_([\d.]+)$/.exec(name)?.[1] ?? [])
  return [...new Set(versions)].sort(byVersion)
}

/**
 * Takes out of a file, in place, every version of glibc later than that one. Symbols that were asked for in such a version are
 * asked for in any, so that another library may have them.
 *
 * @returns the versions taken out
 */
export function dropNewerVersions(file, newest) {
  const all = needs(file)
  const dropped = all.filter(({name}) => {
    const version = /^GLIBC_([\d.]+)$/.exec(name)?.[1]
    return version !== undefined && byVersion(version, newest) > 0
  })
  for (const library of new Set(dropped.map(need => need.library))) {
    const kept = all.filter(need => need.library === library && !dropped.includes(need))
    if (kept.length === 0) throw new Error('a library would be asked for no version at all')
    // Elfxx_Verneed: vn_cnt, vn_aux; Elfxx_Vernaux: vna_next.
    file.writeUInt16LE(kept.length, library + 2)
    file.writeUInt32LE(kept[0].at - library, library + 8)
    for (const [index, {at}] of kept.entries())
      file.writeUInt32LE(index + 1 < kept.length ? kept[index + 1].at - at : 0, at + 12)
  }
  const indexes = new Set(dropped.map(({index}) => index))
  for (const {type, offset, size} of sections(file)) {
    if (type !== SHT_GNU_VERSYM) continue
    for (let at = offset; at < offset + size; at += 2)
      if (indexes.has(file.readUInt16LE(at) & ~HIDDEN)) file.writeUInt16LE(VER_NDX_GLOBAL, at)
  }
  return dropped.map(({name}) => name)
}

/** Each version that is asked of a library: where that is written, the library's own entry, its name, its symbols' index. */
function needs(file) {
  const all = sections(file)
  const found = []
  for (const {type, offset, info, link} of all) {
    if (type !== SHT_GNU_VERNEED) continue
    const strings = all[link].offset
    for (let rest = info, library = offset; rest > 0; rest -= 1) {
      let at = library + file.readUInt32LE(library + 8)
      for (let count = file.readUInt16LE(library + 2); count > 0; count -= 1) {
        const start = strings + file.readUInt32LE(at + 8)
        const name = file.toString('latin1', start, file.indexOf(0, start))
        found.push({at, library, name, index: file.readUInt16LE(at + 6)})
        at += file.readUInt32LE(at + 12)
      }
      library += file.readUInt32LE(library + 12)
    }
  }
  return found
}

/** Elf64_Shdr of each section. */
function sections(file) {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2) throw new Error('this is no 64-bit ELF file')
  const table = Number(file.readBigUInt64LE(40))
  const size = file.readUInt16LE(58)
  return Array.from({length: file.readUInt16LE(60)}, (_, index) => {
    const at = table + index * size
    return {
      type: file.readUInt32LE(at + 4),
      offset: Number(file.readBigUInt64LE(at + 24)),
      size: Number(file.readBigUInt64LE(at + 32)),
      link: file.readUInt32LE(at + 40),
      info: file.readUInt32LE(at + 44),
    }
  })
}

function byVersion(one, other) {
  const [left, right] = [one, other].map(version => version.split('.').map(Number))
  const at = left.findIndex((number, index) => number !== right[index])
  if (at === -1) return left.length - right.length
  return left[at] - (right[at] ?? -1)
}
