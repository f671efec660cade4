/** Facts of a Windows host that the agent's installer depends on. */
export type WindowsFacts = {
  /** Whether programs that use Windows' own TLS may speak TLS 1.2. `default`: nobody has set it, and so they may. */
  readonly tls12: 'on' | 'off' | 'default'
  readonly proxies: readonly ScopedProxy[]
  readonly isEc2: boolean
}

/** Where Windows keeps proxies: each program asks one of these, or none. */
export type ProxyScope = 'winhttp' | 'machine' | 'local-system' | 'user'

/** The proxy of a scope, in the form that the scope has it (`proxy.example:3128`, `http=a:1;https=b:2`, a URL). */
export type ScopedProxy = {
  readonly scope: ProxyScope
  /** What names it, as a part of a sentence. */
  readonly source: string
  readonly proxy: string
  /** `proxy` is where a proxy auto-configuration script is. */
  readonly isScript?: true
}
