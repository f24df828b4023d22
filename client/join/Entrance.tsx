import { useEffect, useState } from 'react'
import { sentenceOf } from '../../shared/sentence.ts'
import { type Admission, api, type Look, Refused } from '../api.ts'
import { forgetPlace, holdsMore, type Membership, placeOf, type Recent, recentBoard, remember, rememberedBoard } from '../memory.ts'
import { tryAgainIn } from '../sync/waits.ts'
import { Notice } from '../ui/Notice.tsx'
import { Opening } from '../ui/Opening.tsx'
import { Join } from './Join.tsx'

/** Who comes in, and by what right. */
export interface Entry {
  readonly membership: Membership
  /** Fresh from joining; whoever comes back asks for a new one. */
  readonly admission: Admission | undefined
}

interface EntranceProps {
  readonly board: string
  readonly secret: string | undefined
  readonly entered: (entry: Entry) => void
  /** Called when somebody will come in soon. */
  readonly prepare: () => void
}

type Step =
  | { readonly is: 'looking' }
  /** `greater` is who this device is on the board, where that may more than the link that was opened. */
  | { readonly is: 'asking'; readonly look: Look; readonly own: boolean; readonly secret: string; readonly greater: Recent | undefined }
  | { readonly is: 'refused'; readonly title: string; readonly sentence: string }

/** Asks to come in as who one was; nothing where the server cannot be reached, since the copy on this device opens all the same. */
async function comeBack(membership: Membership): Promise<Admission | undefined | 'refused'> {
  try {
    return await api.comeBack(membership)
  } catch (error) {
    return error instanceof Refused && error.isFinal ? 'refused' : undefined
  }
}

/** Before a board: people who are known go straight through, others are asked who they are. */
export function Entrance({ board, secret, entered, prepare }: EntranceProps) {
  const [step, setStep] = useState<Step>({ is: 'looking' })

  useEffect(() => {
    let over = false
    let failed = 0
    let again: ReturnType<typeof setTimeout> | undefined
    const known = recentBoard(board)
    const remembered = rememberedBoard(board)
    const goIn = () => known && entered({ membership: known, admission: undefined })
    const look = async () => {
      // Whoever made the board here and has not come in yet holds its link.
      const by = secret ?? (known?.key ? undefined : secretIn(remembered?.links?.facilitator))
      if (!by) {
        if (known?.key) return goIn()
        return setStep({ is: 'refused', title: 'A link is missing', sentence: 'This board opens with a link that somebody sends you. Ask the facilitator for yours.' })
      }
      try {
        const seen = await api.look(board, by)
        if (over) return
        prepare()
        // The same right again is the same person coming back, unless the link they came by was closed; another link is another way in.
        const same = [known, remembered].find(each => each?.key && (each.cameBy ?? each.role) === seen.role)
        if (same) {
          const admission = await comeBack(same)
          if (over) return
          if (admission !== 'refused') {
            remember(board, { participant: same.participant })
            return entered({ membership: same, admission })
          }
          if (same === remembered) forgetPlace(board)
        }
        const greater = rememberedBoard(board)
        setStep({ is: 'asking', look: seen, own: known?.key === '' && known.role === seen.role, secret: by, greater: greater && holdsMore(greater, seen.role) ? greater : undefined })
      } catch (error) {
        if (over) return
        const mayPass = error instanceof Refused && !error.isFinal && error.status !== 400
        // What this device holds of the board opens whatever stands between it and the server.
        if (mayPass && known?.key) return goIn()
        // Whoever comes for the first time waits here, as long as they are asked to.
        if (mayPass) again = setTimeout(() => void look(), tryAgainIn(failed++, error.retryAfter, Math.random))
        setStep({ is: 'refused', title: error instanceof Refused && error.status === 403 ? 'This link does not work' : 'The board cannot be opened', sentence: `${sentenceOf(error)}${mayPass ? ' This page tries again by itself.' : ''}` })
      }
    }
    void look()
    return () => {
      over = true
      clearTimeout(again)
    }
  }, [board, secret, entered, prepare])

  /** Comes in as who this device knows; where that opens nothing any more, by the link that was opened. */
  const goOn = async (known: Recent, otherwise: Step) => {
    setStep({ is: 'looking' })
    const admission = known.key ? await comeBack(known) : 'refused'
    if (admission !== 'refused') {
      remember(board, { participant: known.participant })
      return entered({ membership: known, admission })
    }
    const link = secretIn(known.links?.facilitator)
    const seen = link ? await api.look(board, link).catch((error: unknown) => (error instanceof Refused && error.status === 403 ? 'closed' : undefined)) : undefined
    if (known.key) forgetPlace(board)
    if (seen === 'closed') {
      const { facilitator: _closed, ...others } = known.links ?? {}
      remember(board, { links: others })
    }
    setStep(link && seen && seen !== 'closed' ? { is: 'asking', look: seen, own: true, secret: link, greater: undefined } : otherwise)
  }

  if (step.is === 'looking') return <Opening />
  if (step.is === 'refused') return <Notice title={step.title} sentence={step.sentence} />
  const { greater } = step
  return (
    <Join
      look={step.look}
      own={step.own}
      greater={greater && { role: placeOf(greater) ?? greater.role, goOn: () => void goOn(greater, { ...step, greater: undefined }) }}
      join={async (name, sector) => {
        const admission = await api.join(board, { secret: step.secret, name, ...(sector && { sector }) })
        const membership: Membership = { board, participant: admission.participant, key: admission.key, role: admission.role, cameBy: admission.role, name: admission.name, sector: admission.sector }
        remember(board, { ...membership, title: step.look.title, seen: Date.now() })
        entered({ membership, admission })
      }}
    />
  )
}

const secretIn = (link: string | undefined): string | undefined => link && new URL(link).hash.slice(1)
