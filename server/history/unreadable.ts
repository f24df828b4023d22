/** Why a moment cannot be looked at. */
export const unreadable = {
  before: 'Nothing was kept of this board from before that moment. The first moment that was kept is at the top of the list of moments.',
  after: 'That moment is yet to come.',
  damaged: 'What was kept of that moment was damaged on disk. The board itself is as it was; choose another moment.',
  nothing: 'Nothing is kept of what this board was before: whoever runs the server turned that off, or an older version kept it.',
} as const
export type Unreadable = keyof typeof unreadable
