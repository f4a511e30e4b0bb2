// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.mastership.Reign.Clearance;
import io.carp.script.ScriptContext;
import io.carp.spi.Addresses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the mastership of one virtual host causes. Nothing is queued. There is a wish, to be MASTER in a certain
 * mastership or not to be MASTER, and there are facts: what is bound, registered, told, run. Whenever the wish changes,
 * a worker reports or a deadline passes, {@link #decide} compares them and hands each idle worker its next deed.
 *
 * <p>For one thread at a time; times are monotonic nanoseconds. After each input the caller calls {@link #decide}.
 */
public final class MastershipMachine {
    private final AddressWork addresses = new AddressWork();
    private final ConsumerWork consumers = new ConsumerWork();
    private final ScriptWork scripts;
    private final AnnouncementSeries announcements = new AnnouncementSeries();
    private final EventQueue events = new EventQueue();
    private final List<Saying> say = new ArrayList<>();
    private final Clearing clearing = new Clearing(say);
    private MastershipSettings settings;
    private long masterships;
    /** The wish; null for not MASTER. */
    private @Nullable Reign reign;

    private @Nullable Leaving leaving;

    public MastershipMachine(MastershipSettings settings) {
        this.settings = settings;
        this.scripts = new ScriptWork(settings);
    }

    /** Takes an edit of everything but the addresses. */
    public void configure(MastershipSettings edited, long now) {
        boolean otherSeries = !edited.announcesAs(settings);
        settings = edited;
        scripts.edit(edited.scripts());
        if (otherSeries) {
            announcements.edited(settings, now);
        }
    }

    /** Says whether a hook wants to do something before addresses come up, as of now. */
    public void hooks(boolean wanted) {
        clearing.hooks(wanted && consumers.hasRoom());
    }

    /** The virtual host went MASTER. */
    public void promote(Saying.Event begin, long now) {
        Reign next = new Reign(++masterships, begin);
        long patience = clearing.begin(next, settings, now);
        reign = next;
        addresses.succeeded(now); // We succeed ourselves.
        if (leaving != null) {
            leaving.deadline = now + settings.hookTimeoutNanos(); // It wants its good order, too.
            leaving.forced = false;
        }
        events.begin(begin, next, now + patience + 2 * settings.hookTimeoutNanos());
    }

    /** The virtual host went into a state that is not MASTER, from any state. */
    public void lose(Saying.Event end, long now) {
        Reign lost = reign;
        reign = null;
        scripts.reach(Reign.occasion(end));
        if (lost == null) {
            events.add(end);
            return;
        }
        announcements.end();
        lost.end = end;
        lost.releaseAt = Handover.releaseAt(end.why(), leaving != null && leaving.said, settings, now);
        events.end(end, lost, now + 2 * settings.hookTimeoutNanos());
    }

    /**
     * Gives mastership up. We go on being MASTER while consumers and scripts let go, for at most {@code hookTimeout}.
     * {@link Saying.Leave} says when the state may change, and {@link #left} that it has changed. There is one such
     * request at a time. The addresses go last, when a successor has spoken or has had time to.
     *
     * @param occasion the state that we are about to have, and why
     */
    public void giveUp(ScriptContext occasion, long now) {
        leaving = new Leaving(occasion, now + settings.hookTimeoutNanos());
    }

    /** Says that the state has changed as asked for. */
    public void left() {
        leaving = null;
    }

    /** Says that another master was heard. */
    public void succeeded(long now) {
        addresses.succeeded(Handover.succeeded(settings, now));
    }

    /** Whether the addresses of a lost mastership are kept for a moment, for its successor. */
    public boolean isHandingOver() {
        return addresses.isHandingOver();
    }

    /** Whether a lost mastership still has addresses, or may have them in a moment. */
    public boolean isLettingGo() {
        return addresses.isLettingGo();
    }

    /** Asks for the link to be told again that this node has the addresses. */
    public void announce(long now) {
        if (announcements.runs()) {
            announcements.begin(settings, now);
            addresses.announce();
        }
    }

    /** Asks whether the addresses could be bound. */
    public void look() {
        addresses.look();
    }

    /** An edit of the addresses. */
    public void update(Addresses edited) {
        addresses.edit(edited);
    }

    /** The virtual host has ended. */
    public void forget() {
        addresses.forget();
    }

    /**
     * A worker has done its deed.
     *
     * @param failure why it failed; null if it did not
     */
    public void report(Deed deed, @Nullable Throwable failure, long now) {
        if (deed instanceof Deed.OnAddresses done) {
            addressesReported(done, failure, now);
        } else if (deed instanceof Deed.OnConsumers && !consumers.cameBack(deed)) {
            Reign of = consumers.done();
            if (deed instanceof Deed.Acquire && of != null && of.clearance == Clearance.HOOKS) {
                clearing.answered(of, failure, matters(of), settings);
            } // Hooks that fail after their time fail for nobody.
        } else if (deed instanceof Deed.OnScripts) {
            Reign asked = scripts.done();
            if (asked != null && asked.clearance == Clearance.SCRIPT) {
                scriptAnswered(asked, failure, now);
            }
        }
    }

    /** Whether this very deed of the consumers is under way, and somebody waits for it. */
    public boolean isDoing(Deed deed) {
        return consumers.isDoing(deed);
    }

    /**
     * Nobody waits any more for the deed of the consumers that is under way: it counts as done, and the next one may begin
     * beside it. It is reported nevertheless, if it ever comes back.
     */
    public void abandon() {
        Reign of = consumers.abandon();
        if (of != null && of.clearance == Clearance.HOOKS) {
            Clearing.overran(of);
        }
    }

    private void addressesReported(Deed.OnAddresses deed, @Nullable Throwable failure, long now) {
        Reign of = addresses.done(failure);
        if (of != null && of.isLost() && addresses.isReleased()) {
            say.add(new Saying.Released());
        }
        if (deed instanceof Deed.Bind && of != null) {
            bound(of, failure, now);
        } else if (deed instanceof Deed.Look) {
            say.add(failure == null ? new Saying.Ready() : new Saying.Unavailable(AddressWork.inWords(failure)));
        } else if (deed instanceof Deed.Update update) {
            scripts.addresses(update.addresses().virtualIps());
            if (failure == null) {
                addresses.announce(); // Neighbours may know a new address at another place.
                say.add(new Saying.Updated(update.addresses()));
            } else {
                say.add(new Saying.Unavailable(AddressWork.inWords(failure)));
            }
        } else if (deed instanceof Deed.Forget) {
            say.add(new Saying.Forgotten());
        }
    }

    private void bound(Reign by, @Nullable Throwable failure, long now) {
        if (failure != null) {
            if (matters(by)) {
                say.add(new Saying.BindFailed(by.number, AddressWork.inWords(failure)));
            }
        } else if (by.equals(reign)) {
            say.add(new Saying.Bound(by.number));
            announcements.begin(settings, now);
            if (matters(by)) {
                scripts.serve(Reign.occasion(by.begin));
            }
        }
    }

    private void scriptAnswered(Reign asked, @Nullable Throwable failure, long now) {
        clearing.scriptAnswered(asked, failure, matters(asked), settings, now);
    }

    /** Whether this mastership is the wish, and is to stay it. */
    private boolean matters(Reign of) {
        return of.equals(reign) && leaving == null;
    }

    /** What is to be done now. It does no harm to ask more often than needed. */
    public Decision decide(long now) {
        passDeadlines(now);
        boolean down = consumers.areDown(reign);
        ScriptContext out = leaving == null ? null : leaving.occasion;
        Deed.OnScripts script = scripts.next(reign, out, down, addresses.isReleased());
        if (reign != null && scripts.askNobody(reign)) {
            scriptAnswered(reign, null, now);
        }
        Deed.OnConsumers consumer = consumers.next(reign, leaving != null, addresses, now, settings.hookTimeoutNanos());
        boolean letGo = leaving != null && (leaving.forced || (down && scripts.areDown(reign)));
        Deed.OnAddresses address = addresses.next(reign, leaving != null, now);
        if (leaving != null && !leaving.said && (reign == null || letGo)) {
            leaving.said = true;
            say.add(new Saying.Leave());
        }
        events.release(now, this::isOver, say);
        List<Saying> said = List.copyOf(say);
        say.clear();
        boolean idle = !addresses.isBusy() && !consumers.isBusy() && !scripts.isBusy() && events.isEmpty();
        return new Decision(address, consumer, script, said, deadline(), idle);
    }

    /** Whether nothing of a lost mastership is left. */
    private boolean isOver(Reign lost) {
        return !addresses.concerns(lost) && !consumers.concerns(lost);
    }

    private void passDeadlines(long now) {
        Reign present = reign;
        if (present != null && Deadlines.isPast(present.patienceEnds, now)) {
            if (present.clearance == Clearance.SCRIPT) {
                scriptAnswered(present, new IOException(present.late), now);
            } else {
                Clearing.overran(present);
                consumers.hurry(now, say);
            }
        }
        consumers.passDeadlines(now, settings.hookTimeoutNanos(), say);
        if (leaving != null && !leaving.forced && !leaving.said && Deadlines.isPast(leaving.deadline, now)) {
            leaving.forced = true;
            if (reign != null && consumers.areDown(reign)) {
                say.add(new Saying.ScriptsLate());
            } else if (reign != null) {
                consumers.hurry(now, say);
            }
        }
        if (announcements.isDue(settings, now)) {
            addresses.announce();
        }
    }

    private long deadline() {
        long next = Deadlines.earlier(events.deadline(), announcements.deadline());
        next = Deadlines.earlier(next, consumers.deadline());
        next = Deadlines.earlier(next, addresses.deadline());
        next = Deadlines.earlier(next, reign == null ? Decision.NEVER : reign.patienceEnds);
        return leaving == null || leaving.forced || leaving.said ? next : Deadlines.earlier(next, leaving.deadline);
    }

    /** Whether this mastership still concerns anybody. */
    public boolean isPresent(long mastership) {
        return reign != null && reign.number == mastership;
    }

    /** Whether the addresses are bound, as far as we know. */
    public boolean isBound() {
        return reign != null && addresses.serves(reign);
    }

    /** The wish and the facts, for a person. */
    @Override
    public String toString() {
        Leaving out = leaving;
        String end = out == null
                ? ""
                : "; leaving to " + out.occasion.state() + (out.forced ? ", late" : "") + (out.said ? ", said" : "");
        return "reign " + reign + end + "; addresses " + addresses + "; consumers " + consumers + "; scripts " + scripts
                + "; events " + events;
    }
}
