import { useState } from 'react'
import { sentenceOf } from '../../shared/sentence.ts'
import { api, type TemplateInfo, type TemplateWords } from '../api.ts'
import { keepTemplateKey, templateKey } from '../template-keys.ts'
import { Fence } from '../ui/Fence.tsx'
import { Picture } from '../ui/Picture.tsx'
import { Dialog } from './Dialog.tsx'

interface GalleryProps {
  readonly templates: readonly TemplateInfo[] | undefined
  readonly busy: boolean
  readonly start: (template: string) => void
  /** Something about a saved template changed. */
  readonly changed: () => void
  readonly failed: (sentence: string) => void
}

/** Every template with a picture drawn from it, for whom it is, how long it takes and what comes out. */
export function Gallery({ templates, busy, start, changed, failed }: GalleryProps) {
  const shipped = templates?.filter(each => !each.saved)
  const saved = templates?.filter(each => each.saved) ?? []
  return (
    <>
      <ul className="plates" aria-busy={templates === undefined || busy}>
        {shipped?.map((template, i) => (
          <li key={template.id} data-wide={i === 0 || undefined}>
            <Plate template={template} busy={busy} start={start} />
          </li>
        ))}
      </ul>
      {saved.length > 0 && (
        <section className="saved" aria-labelledby="saved-templates">
          <h2 id="saved-templates">Saved on this server</h2>
          <ul className="plates">
            {saved.map(template => (
              <li key={template.id}>
                <Plate template={template} busy={busy} start={start} />
                <Own template={template} changed={changed} failed={failed} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function Plate({ template, busy, start }: { template: TemplateInfo; busy: boolean; start: (template: string) => void }) {
  if (template.problem) {
    return (
      <div className="plate" data-unusable>
        <span className="print" aria-hidden="true" />
        <span className="display name">{template.title}</span>
        <span className="small sentence">{template.problem}</span>
      </div>
    )
  }
  const terms = [template.people, template.takes].filter(Boolean).join(' · ')
  return (
    <button type="button" className="plate" disabled={busy} onClick={() => start(template.id)}>
      <span className="print">
        <Fence instead={<Empty />}>{template.preview.marks.length ? <Picture of={template.preview} /> : <Empty />}</Fence>
      </span>
      <span className="display name">{template.title}</span>
      <span className="small quiet">{template.about}</span>
      {template.gives && <span className="small gives">You leave with: {template.gives}</span>}
      {terms && <span className="small quieter numbers">{terms}</span>}
    </button>
  )
}

/** A template leaves as a file for everybody; renaming and removing are for whoever saved it, on the device they did it on. */
function Own({ template, changed, failed }: { template: TemplateInfo; changed: () => void; failed: (sentence: string) => void }) {
  const key = templateKey(template.id)
  const [asking, setAsking] = useState<'rename' | 'remove'>()
  const act = async (work: () => Promise<void>) => {
    setAsking(undefined)
    await work().then(changed, (error: unknown) => failed(sentenceOf(error)))
  }
  return (
    <span className="own">
      {!template.problem && (
        <a className="link small" href={`/api/templates/${template.id}/file`} download>
          Get as a file
        </a>
      )}
      {key && (
        <>
          {!template.problem && (
            <button type="button" className="link small" onClick={() => setAsking('rename')}>
              Rename
            </button>
          )}
          <button type="button" className="link small" onClick={() => setAsking('remove')}>
            Remove
          </button>
        </>
      )}
      {key && asking === 'rename' && <Rename template={template} close={() => setAsking(undefined)} save={words => void act(() => api.rewordTemplate(template.id, key, words))} />}
      {key && asking === 'remove' && (
        <Confirm
          title={`Remove “${template.title}”?`}
          sentence="Nobody can start from it any more. Boards that were made from it stay."
          action="Remove"
          close={() => setAsking(undefined)}
          agreed={() =>
            void act(async () => {
              await api.removeTemplate(template.id, key)
              keepTemplateKey(template.id, undefined)
            })
          }
        />
      )}
    </span>
  )
}

function Rename({ template, close, save }: { template: TemplateInfo; close: () => void; save: (words: Partial<TemplateWords>) => void }) {
  // As it was when this was opened: what somebody else reworded since is theirs.
  const [first] = useState(template)
  const [title, setTitle] = useState(first.title)
  const [about, setAbout] = useState(first.about)
  const submit = () => {
    const words = { ...(title !== first.title && { title: title.trim() }), ...(about !== first.about && { about: about.trim() }) }
    if (title.trim() === '') return
    if (Object.keys(words).length) save(words)
    else close()
  }
  return (
    <Dialog title="Rename the template" action="Save" close={close} submit={submit}>
      <label className="field">
        <span>Title</span>
        <input className="input" value={title} maxLength={200} required onChange={event => setTitle(event.target.value)} />
      </label>
      <label className="field">
        <span>What it is for</span>
        <textarea className="input" rows={3} value={about} maxLength={2_000} onChange={event => setAbout(event.target.value)} />
      </label>
    </Dialog>
  )
}

function Confirm({ title, sentence, action, close, agreed }: { title: string; sentence: string; action: string; close: () => void; agreed: () => void }) {
  return (
    <Dialog title={title} action={action} close={close} submit={agreed}>
      <p>{sentence}</p>
    </Dialog>
  )
}

const Empty = () => (
  <svg className="picture" viewBox="0 0 224 158" aria-hidden="true">
    <path d="M20 28H204V134H20Z" fill="none" stroke="var(--edge)" strokeDasharray="4 4" />
    <path d="M112 66V96M97 81H127" stroke="var(--ink-3)" strokeWidth="1.5" />
  </svg>
)
