import {type Key, useInput} from 'ink'

/**
 * Ink's `useInput` for keys that are commands: with Ctrl or Alt they belong to text fields, and a letter is not the command
 * of that letter.
 */
export function useKeys(
  handle: (input: string, key: Key) => void,
  options: {readonly isActive?: boolean} = {},
): void {
  useInput((input, key) => {
    if (!key.ctrl && !key.meta) handle(input, key)
  }, options)
}
