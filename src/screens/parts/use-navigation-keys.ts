import {useInput} from 'ink'
import {useWizard} from '../use-wizard.ts'

type Options = {
  /** Whether letters are typed into a field here: `q` and ← then belong to the field. */
  readonly typing?: boolean
  readonly isActive?: boolean
}

/** The keys that every screen has: back, and leave. */
export function useNavigationKeys({typing = false, isActive = true}: Options = {}): void {
  const {dispatch, active} = useWizard()
  useInput(
    (input, key) => {
      if (key.escape || (key.leftArrow && !typing)) dispatch({type: 'back'})
      else if (!typing && input.toLowerCase() === 'q') dispatch({type: 'ask-leave'})
    },
    {isActive: active && isActive},
  )
}
