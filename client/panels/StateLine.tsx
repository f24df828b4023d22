import check from 'lucide/dist/esm/icons/check.mjs'
import cloudOff from 'lucide/dist/esm/icons/cloud-off.mjs'
import eyeOff from 'lucide/dist/esm/icons/eye-off.mjs'
import loader from 'lucide/dist/esm/icons/loader.mjs'
import triangleAlert from 'lucide/dist/esm/icons/triangle-alert.mjs'
import type { Standing } from '../sync/standing.ts'
import { Icon } from '../ui/Icon.tsx'
import './state-line.css'

const counted = (n: number, one: string, many: string): string => (n === 1 ? `1 ${one}` : `${n} ${many}`)

/** Pictures are shown by a cookie; where a browser keeps none, nothing else says why they are missing. */
const keepsNothing = (cookies: boolean): string => (cookies ? 'This device keeps no copy.' : 'This browser keeps nothing here: no copy of the board, and no pictures.')

/** The sentence for a standing. “Saved” is said only when the server has it on disk. */
export function sentenceFor(standing: Standing, cookies = true): string {
  switch (standing.is) {
    case 'opening':
      return 'Opening'
    case 'connecting':
      return 'Connecting'
    case 'saved':
      return standing.kept ? 'Saved' : `Saved. ${keepsNothing(cookies)}`
    case 'saving':
      return standing.kept ? 'Saving' : 'Saving. Keep this page open.'
    case 'offline': {
      if (standing.unsent === 0) return standing.kept ? 'Offline. Keep working; changes will be sent.' : 'Offline. Keep this page open; changes will be sent.'
      const changes = counted(standing.unsent, 'change', 'changes')
      return standing.kept ? `Offline. Keep working; ${changes} kept on this device will be sent.` : `Offline. Keep this page open; ${changes} will be sent.`
    }
    case 'stuck': {
      if (standing.unsent === 0) return standing.sentence
      const changes = counted(standing.unsent, 'change', 'changes')
      return `${standing.sentence} ${standing.kept ? `${changes} kept on this device will be sent again.` : `Keep this page open; ${changes} will be sent again.`}`
    }
    case 'ended': {
      if (standing.unsent === 0) return standing.sentence
      const changes = counted(standing.unsent, 'change is', 'changes are')
      return `${standing.sentence} ${standing.kept ? `${changes} kept on this device.` : `${changes} only in this page: copy what you need before you close it.`}`
    }
  }
}

const icons = { opening: loader, connecting: loader, saving: loader, saved: check, offline: cloudOff, stuck: triangleAlert, ended: triangleAlert } as const

/** Standings that need more than a word, and are read out at once. */
const alarming = new Set<Standing['is']>(['offline', 'stuck', 'ended'])

/** Where somebody's work is right now, read out when it changes for the worse. */
export function StateLine({ standing, hidden }: { standing: Standing; hidden: number }) {
  return (
    <div className="state-line" data-long={hidden > 0 || alarming.has(standing.is) || ('kept' in standing && !standing.kept) || undefined}>
      {hidden > 0 && (
        <p className="hidden-count">
          <Icon of={eyeOff} size={15} />
          {hidden === 1 ? '1 item cannot be drawn here.' : `${hidden.toLocaleString('en')} items cannot be drawn here.`} Nothing is lost.
        </p>
      )}
      <p data-is={standing.is} role={alarming.has(standing.is) ? 'alert' : 'status'}>
        <Icon of={icons[standing.is]} size={16} />
        <span>{sentenceFor(standing, navigator.cookieEnabled)}</span>
      </p>
    </div>
  )
}
