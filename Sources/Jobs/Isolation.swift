/// How far a command is kept from the machine that it runs on.
package struct Isolation: Codable, Hashable, Sendable {
  package enum Sandbox: String, Codable, Hashable, Sendable, CaseIterable {
    /// It sees a read-only system and its own files, and no network.
    case strict
    case off
  }

  /// Nil: as the site says.
  package var sandbox: Sandbox?
  /// In the sandbox too.
  package var hasNetwork = false
  /// Absolute folders and devices that it sees in the sandbox, below roots of the site.
  package var binds: [String] = []

  package init(sandbox: Sandbox? = nil, hasNetwork: Bool = false, binds: [String] = []) {
    self.sandbox = sandbox
    self.hasNetwork = hasNetwork
    self.binds = binds
  }
}

/// When a step's work folder stays.
package enum WorkKeeping: String, Codable, Hashable, Sendable, CaseIterable {
  case never
  case onFailure = "on-failure"
  case always
}
