/** An interval of ports, or of other numbers of a packet; both ends are in it. */
export type PortRange = {readonly lo: number; readonly hi: number}

export type AddressField = 'src' | 'dst'

/** The address or ports that connection tracking keeps: before (`orig`) and after (`repl`) translation. */
export type TupleField = 'orig-src' | 'orig-dst' | 'repl-src' | 'repl-dst'
