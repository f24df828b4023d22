import ellipsis from 'lucide/dist/esm/icons/ellipsis.mjs'
import link from 'lucide/dist/esm/icons/link.mjs'
import users from 'lucide/dist/esm/icons/users.mjs'
import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components'
import { Icon } from '../ui/Icon.tsx'
import { Logo } from '../ui/Logo.tsx'
import { Mark } from '../ui/Mark.tsx'
import './top-bar.css'

export interface PersonOnBar {
  readonly key: string
  readonly name: string
  readonly sector: string
  /** Place of the sector in the board's list; −1 for none. */
  readonly place: number
}

export interface MenuChoice {
  readonly id: string
  readonly label: string
  readonly run: () => void
  /** A page of its own that it opens, beside this one. */
  readonly href?: string
  /** A line before it. */
  readonly apart?: true
}

interface TopBarProps {
  readonly title: string
  readonly focus: string
  readonly people: readonly PersonOnBar[]
  readonly state: React.ReactNode
  readonly invite: (() => void) | undefined
  readonly menu: readonly MenuChoice[]
  readonly goTo: (key: string) => void
}

/** People shown by name; the rest are counted. */
const most = 4

/** What this board is about, who is here, and whether everything is safe. */
export function TopBar({ title, focus, people, state, invite, menu, goTo }: TopBarProps) {
  const more = people.length - most
  return (
    <header className="top-bar">
      <a href="/" className="logo" aria-label="Manyfutures, first page">
        <Logo />
      </a>
      <div className="about">
        <h1 className="display">{title || 'Untitled board'}</h1>
        {focus && <p>{focus}</p>}
      </div>
      <ul className="people" aria-label="People here">
        {people.slice(0, most).map(person => (
          <li key={person.key}>
            <button type="button" title={[person.name, person.sector].filter(Boolean).join(', ')} onClick={() => goTo(person.key)}>
              {[...person.name].slice(0, 2).join('')}
              <span className="unseen">{person.name}: go to where they are</span>
              <Mark place={person.place} size={15} />
            </button>
          </li>
        ))}
        {more > 0 && <li className="small quiet">and {more} more</li>}
      </ul>
      {people.length > 0 && (
        <p className="count numbers">
          <Icon of={users} size={17} /> {people.length}
          <span className="unseen">{people.length === 1 ? 'other person here' : 'other people here'}</span>
        </p>
      )}
      {state}
      {invite && (
        <button type="button" className="button" onClick={invite} aria-label="Invite">
          <Icon of={link} size={16} /> <span className="word">Invite</span>
        </button>
      )}
      <MenuTrigger>
        <Button className="button menu-button" data-quiet aria-label="Menu">
          <Icon of={ellipsis} />
        </Button>
        <Popover placement="bottom end" className="popover">
          <Menu className="menu">
            {menu.flatMap(choice => [
              ...(choice.apart ? [<Separator key={`${choice.id}-apart`} className="line" />] : []),
              <MenuItem key={choice.id} id={choice.id} className="choice" onAction={choice.run} {...(choice.href && { href: choice.href, target: '_blank' })}>
                {choice.label}
              </MenuItem>,
            ])}
          </Menu>
        </Popover>
      </MenuTrigger>
    </header>
  )
}
