import { useEffect, useState } from 'react'
import { sentenceOf } from '../../shared/sentence.ts'
import { type Admission, api, type Look, Refused } from '../api.ts'
import { type Membership, recentBoard, remember } from '../memory.ts'
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

type Step = { readonly is: 'looking' } | { readonly is: 'asking'; readonly look: Look; readonly own: boolean; readonly secret: string } | { readonly is: 'refused'; readonly title: string; readonly sentence: string }

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
    const goIn = () => known && entered({ membership: known, admission: undefined })
    const look = async () => {
      if (!secret) {
        if (known?.key) return goIn()
        return setStep({ is: 'refused', title: 'A link is missing', sentence: 'This board opens with a link that somebody sends you. Ask the facilitator for yours.' })
      }
      try {
        const seen = await api.look(board, secret)
        if (over) return
        prepare()
        // The same right again is the same person coming back, unless the link they came by was closed; another link is another way in.
        if (known?.key && (known.cameBy ?? known.role) === seen.role) {
          const admission = await comeBack(known)
          if (over) return
          if (admission !== 'refused') return entered({ membership: known, admission })
        }
        setStep({ is: 'asking', look: seen, own: known?.key === '' && known.role === seen.role, secret })
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

  if (step.is === 'looking') return <Opening />
  if (step.is === 'refused') return <Notice title={step.title} sentence={step.sentence} />
  return (
    <Join
      look={step.look}
      own={step.own}
      join={async (name, sector) => {
        const admission = await api.join(board, { secret: step.secret, name, ...(sector && { sector }) })
        const membership: Membership = { board, participant: admission.participant, key: admission.key, role: admission.role, cameBy: admission.role, name: admission.name, sector: admission.sector }
        remember(board, { ...membership, title: step.look.title, seen: Date.now() })
        entered({ membership, admission })
      }}
    />
  )
}
