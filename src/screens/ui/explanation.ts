import {BLANK, fact, type Line} from './lines.ts'

/** Something that AWS publishes, in this tool's own words. */
export type PublishedFact = {
  readonly says: string
  /** The page's file name in the AWS DRS User Guide, or its whole address elsewhere. */
  readonly page: string
}

/** What `?` tells about a screen. */
export type Explanation = {
  readonly title: string
  /** What is asked, or shown. */
  readonly asked: string
  readonly matters: string
  /** What Enter does when nothing was touched. */
  readonly byDefault: string
  readonly aws: readonly PublishedFact[]
}

const USER_GUIDE = 'https://docs.aws.amazon.com/drs/latest/userguide/'

export function explanationLines({asked, matters, byDefault, aws}: Explanation): readonly Line[] {
  return [
    fact('Here', asked),
    fact('Why', matters),
    fact('By default', byDefault),
    ...(aws.length === 0 ? [] : [BLANK, {text: 'What AWS says:', tone: 'strong'} satisfies Line]),
    ...aws.flatMap(({says, page}): Line[] => [
      {text: says, indent: 2},
      {text: page.startsWith('https:') ? page : `User Guide, page ${page}`, indent: 4, tone: 'accent'},
    ]),
    ...(aws.length === 0 ? [] : [BLANK, {text: `The User Guide: ${USER_GUIDE}PAGE.html`} satisfies Line]),
  ]
}
