import type {FirewallState} from '../firewall/state.ts'
import type {Platform} from './platform.ts'

/** The operating system that this process runs on. */
export async function thisPlatform(): Promise<Platform> {
  return process.platform === 'win32'
    ? (await import('./windows/platform.ts')).WINDOWS
    : (await import('./linux/platform.ts')).LINUX
}

/**
 * Captures the firewall of the host that this process runs on. Reads only; what could not be read is named in the
 * state's `unreadable`, it never throws for it.
 *
 * @throws the system's error where this process may open no more files or start no more programs (EMFILE, EAGAIN, …)
 */
export async function readFirewallState(signal?: AbortSignal): Promise<FirewallState> {
  return (await thisPlatform()).readFirewallState(signal)
}
