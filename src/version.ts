import {readFileSync} from 'node:fs'

/** Set by the build. */
declare const BUILT_VERSION: string | undefined

/** The version in package.json, which the sources read: it is one folder above them. */
export const VERSION = typeof BUILT_VERSION === 'string' ? BUILT_VERSION : readVersion()

function readVersion(): string {
  const content: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  if (typeof content === 'object' && content !== null && 'version' in content) return String(content.version)
  throw new Error('package.json has no version')
}
