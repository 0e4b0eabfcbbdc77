/** The inspector's page: what the program does right now, and why. */
import './theme/tokens.css';
import './theme/base.css';
import './page/page.css';
import './page/sign-in.css';
import './tree/tree.css';
import './actor/actor.css';
import './chart/chart.css';
import './run/run.css';
import './logs/logs.css';
import './tape/tape.css';
import { render } from 'preact';
import { startClock } from './live/clock.ts';
import { startSession } from './live/session.ts';
import { Page } from './page/page.tsx';
import { followAddress } from './page/place.ts';
import { paint } from './theme/theme.ts';

paint();
followAddress();
startClock();
startSession();
const root = document.querySelector('#page');
if (root) render(<Page />, root);
