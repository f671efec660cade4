export type Address = {readonly address: string; readonly family: 4 | 6}
