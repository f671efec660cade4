type Argument = {readonly isRequired?: true; readonly value: RegExp}

const ANYTHING = /./
const PORTS = /^(any|\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*)$/
const PROFILES = /^(any|(public|private|domain)(,(public|private|domain))*)$/

/**
 * Arguments of `netsh advfirewall firewall`, as far as a value here can be told right or wrong.
 * Source: Microsoft Learn, netsh advfirewall.
 */
const SYNTAX: Readonly<Record<string, Readonly<Record<string, Argument>>>> = {
  'add rule': {
    name: {isRequired: true, value: /^(?!all$)./i},
    dir: {isRequired: true, value: /^(in|out)$/},
    action: {isRequired: true, value: /^(allow|block|bypass)$/},
    program: {value: ANYTHING},
    service: {value: ANYTHING},
    description: {value: ANYTHING},
    enable: {value: /^(yes|no)$/},
    profile: {value: PROFILES},
    localip: {value: ANYTHING},
    remoteip: {value: ANYTHING},
    localport: {value: PORTS},
    remoteport: {value: PORTS},
    protocol: {value: /^(any|tcp|udp|icmpv4|icmpv6|\d{1,3})$/i},
    interfacetype: {value: /^(any|wireless|lan|ras)$/},
    edge: {value: /^(yes|no|deferapp|deferuser)$/},
    security: {value: ANYTHING},
  },
  'delete rule': {
    name: {isRequired: true, value: ANYTHING},
    dir: {value: /^(in|out)$/},
    profile: {value: PROFILES},
    program: {value: ANYTHING},
    service: {value: ANYTHING},
    localip: {value: ANYTHING},
    remoteip: {value: ANYTHING},
    localport: {value: PORTS},
    remoteport: {value: PORTS},
    protocol: {value: ANYTHING},
  },
  'show rule': {
    name: {isRequired: true, value: ANYTHING},
    profile: {value: PROFILES},
    type: {value: /^(static|dynamic)$/},
    verbose: {value: /^$/},
  },
}

/** What netsh would refuse in these words; ports need a protocol that has them. */
export function netshRefusals(command: readonly string[]): readonly string[] {
  const [program, context, group, verb, noun, ...words] = command
  const syntax = SYNTAX[`${verb} ${noun}`]
  if (program !== 'netsh.exe' || context !== 'advfirewall' || group !== 'firewall' || syntax === undefined) {
    return [`no command ${command.slice(0, 5).join(' ')}`]
  }
  const given = words.map(word => {
    const at = word.indexOf('=')
    return at < 0 ? ([word, ''] as const) : ([word.slice(0, at), word.slice(at + 1)] as const)
  })
  const valueGiven = (name: string) => given.find(([each]) => each === name)?.[1]
  const hasPorts = valueGiven('localport') !== undefined || valueGiven('remoteport') !== undefined
  return [
    ...given.flatMap(([name, value]) => {
      const argument = syntax[name]
      if (argument === undefined) return [`no argument ${name}`]
      return argument.value.test(value) ? [] : [`${name} does not take ${value}`]
    }),
    ...Object.entries(syntax).flatMap(([name, {isRequired}]) =>
      isRequired && valueGiven(name) === undefined ? [`needs ${name}`] : [],
    ),
    ...(hasPorts && !/^(tcp|udp)$/i.test(valueGiven('protocol') ?? '') ? ['ports need TCP or UDP'] : []),
  ]
}
