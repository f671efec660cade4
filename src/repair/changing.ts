let changes = 0

/** Whether this process is about to change the host, or to undo a change: not to be left half-way. */
export function isChanging(): boolean {
  return changes > 0
}

/** Passes the events of a change on; `isChanging` from the first to the last. */
export async function* whileChanging<T, R>(events: AsyncGenerator<T, R>): AsyncGenerator<T, R> {
  changes += 1
  try {
    return yield* events
  } finally {
    changes -= 1
  }
}
