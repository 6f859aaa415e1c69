package dev.herd.cli.chat;

import dev.herd.data.InputException;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.guard.Guard;
import dev.herd.llama.guard.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A guard over a conversation, and whose turns it judges. What it cannot judge does not pass.
public record Watch(Guard guard, Set<Role> roles) {
    public Watch {
        roles = Set.copyOf(roles);
    }

    /// Whose turns are watched, as an option of a command.
    public enum Over {
        USER(Role.USER),
        ASSISTANT(Role.ASSISTANT),
        BOTH(Role.USER, Role.ASSISTANT);

        private final Set<Role> roles;

        Over(Role... roles) {
            this.roles = Set.of(roles);
        }

        public Set<Role> roles() {
            return roles;
        }
    }

    /// Why the last turn must not pass, if it must not.
    ///
    /// **Throws** [InputException] when the conversation cannot be judged.
    Optional<Verdict> objection(List<Message> turns) {
        if (!roles.contains(turns.getLast().role())) {
            return Optional.empty();
        }
        try {
            return Optional.of(guard.check(turns)).filter(Verdict::unsafe);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new InputException("the guard cannot judge this conversation: " + e.getMessage(), e);
        }
    }
}
