internal import Jobs
internal import SystemPackage

/// Who decides whether a command runs in a sandbox: the site, then the spec.
struct SandboxPolicy {
  let settings: SiteSettings

  /// How a command is to run.
  enum Decision: Equatable {
    case sandboxed
    case open
    /// It should be sandboxed, but this machine cannot.
    case openForWant(String)
  }

  /// - Parameters:
  ///   - isForeign: the spec is not by whoever runs this.
  ///   - obstacle: why this machine has no sandbox; asked only when it matters.
  func decision(_ isolation: Isolation, isForeign: Bool, obstacle: () -> String?) throws(PipelineError) -> Decision {
    let wanted = isolation.sandbox
    let isDemanded = settings.sandbox == .strict || settings.sandbox == .auto && isForeign
    guard !isDemanded || wanted != .off else {
      throw .notAllowed(
        settings.sandbox == .strict
          ? "the spec says `sandbox: off`, but this site runs every command in one: remove it from the spec"
          : "the spec is another user's, so that its commands run in a sandbox: remove `sandbox: off` from it")
    }
    guard isDemanded || wanted == .strict else { return .open }
    guard let reason = obstacle() else { return .sandboxed }
    if wanted != .strict, settings.sandbox == .auto { return .openForWant(reason) }
    throw .stepFailed("its sandbox cannot be made: \(reason)")
  }

  /// The decision for this machine, and what is granted where it is for a sandbox.
  func terms(_ isolation: Isolation, isForeign: Bool) throws -> (Decision, Sandbox.Grants?) {
    let decision = try decision(isolation, isForeign: isForeign) {
      if case .failure(let obstacle) = Sandbox.here { obstacle.reason } else { nil }
    }
    return (decision, decision == .sandboxed ? try grants(isolation) : nil)
  }

  /// What the spec asks to see, as far as the site lets it.
  func grants(_ isolation: Isolation) throws(PipelineError) -> Sandbox.Grants {
    let roots = settings.roots.map { Executable.resolved($0) }
    var binds: [Sandbox.Bind] = []
    for path in isolation.binds {
      // Both behind their links: one that leads out of a root is no part of it.
      let real = Executable.resolved(path)
      let isAllowed = roots.contains { root in
        real == root || real.hasPrefix(root.hasSuffix("/") ? root : root + "/")
      }
      guard isAllowed else {
        throw .notAllowed(
          "`binds` names “\(path)”, which is below none of the `roots` in nightshift.yaml: add it there")
      }
      binds.append(Sandbox.Bind(source: real, target: path))
    }
    return Sandbox.Grants(hasNetwork: isolation.hasNetwork, binds: binds)
  }
}
