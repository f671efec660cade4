/**
 * Runs a task during which Ctrl-Z and SIGTSTP stop nobody: a change is not to be left half-way in a job that the shell
 * has put aside.
 */
export async function holdStop<T>(task: () => Promise<T>): Promise<T> {
  if (process.platform === 'win32') return task()
  const ignore = () => {}
  process.on('SIGTSTP', ignore)
  try {
    return await task()
  } finally {
    process.off('SIGTSTP', ignore)
  }
}
