import { useState } from 'react'
import { Sheet } from './Sheet.tsx'
import './import.css'

/** A part of the board that can be drawn, by a name that can be chosen. Sizes are board units, without and with a caption. */
export interface ExtentChoice {
  readonly name: string
  readonly label: string
  readonly w: number
  readonly h: number
  readonly captioned: number
}

export interface PictureChoice {
  readonly extent: string
  readonly caption: boolean
  readonly as: { readonly is: 'png'; readonly scale: number } | { readonly is: 'pdf'; readonly paper: string }
}

interface PictureExportProps {
  readonly extents: readonly ExtentChoice[]
  /** The extent that is meant most likely. */
  readonly first: string
  readonly papers: readonly string[]
  /** How far the drawing has come, 0 to 1; nothing while none is made. */
  readonly part: number | undefined
  readonly problem: string | undefined
  readonly save: (choice: PictureChoice) => void
  readonly close: () => void
}

const scales = [1, 2, 3] as const

/** The board as a picture: how much of it, as which kind of file, how large. */
export function PictureExport({ extents, first, papers, part, problem, save, close }: PictureExportProps) {
  const [extent, setExtent] = useState(first)
  const [is, setIs] = useState<'png' | 'pdf'>('png')
  const [scale, setScale] = useState(2)
  const [paper, setPaper] = useState(papers[0] ?? '')
  const [caption, setCaption] = useState(true)
  const chosen = extents.find(({ name }) => name === extent) ?? extents[0]
  const height = chosen && (caption ? chosen.captioned : chosen.h)
  return (
    <Sheet title="Save as a picture or PDF" close={close}>
      <form
        className="picture-form"
        onSubmit={event => {
          event.preventDefault()
          if (chosen) save({ extent: chosen.name, caption, as: is === 'png' ? { is, scale } : { is, paper } })
        }}
      >
        <label className="field">
          <span>What</span>
          <select className="input" value={chosen?.name} onChange={event => setExtent(event.target.value)}>
            {extents.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <fieldset className="field">
          <legend className="label">As</legend>
          <div className="row">
            {(['png', 'pdf'] as const).map(each => (
              <label key={each} className="row">
                <input type="radio" name="as" value={each} checked={is === each} onChange={() => setIs(each)} /> {each === 'png' ? 'PNG picture' : 'PDF page'}
              </label>
            ))}
          </div>
        </fieldset>
        {is === 'png' ? (
          <label className="field">
            <span>Size</span>
            <select className="input" value={scale} onChange={event => setScale(Number(event.target.value))}>
              {scales.map(each => (
                <option key={each} value={each}>
                  {each === 1 ? 'As on the board' : `${each} times as large`}
                  {chosen && height ? `, ${Math.round(chosen.w * each).toLocaleString('en')} × ${Math.round(height * each).toLocaleString('en')} pixels` : ''}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <label className="field">
            <span>Paper, lying or upright as suits it</span>
            <select className="input" value={paper} onChange={event => setPaper(event.target.value)}>
              {papers.map(each => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        )}
        <label className="row">
          <input type="checkbox" checked={caption} onChange={event => setCaption(event.target.checked)} /> Title and date below it
        </label>
        {problem && (
          <p className="sentence" data-alarm role="alert">
            {problem}
          </p>
        )}
        {part !== undefined && (
          <>
            <p role="status" className="small">
              Drawing it …
            </p>
            <progress className="import-progress" aria-label="How far the drawing has come" value={part || undefined} />
          </>
        )}
        <span className="row right">
          <button type="button" className="button" data-quiet onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button" data-main disabled={part !== undefined || !chosen}>
            Save
          </button>
        </span>
      </form>
    </Sheet>
  )
}
