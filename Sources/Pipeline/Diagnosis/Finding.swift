/// What `doctor` says of one matter.
package struct Finding: Codable, Hashable, Sendable {
  package enum Status: String, Codable, Sendable {
    case ok
    /// Runs go on, but somebody should know.
    case warning
    /// Runs fail, or will.
    case problem
  }

  package var subject: String
  package var status: Status
  /// What was found, or what is wrong and what to do.
  package var text: String

  static func ok(_ subject: String, _ text: String) -> Finding { Finding(subject: subject, status: .ok, text: text) }
  static func warning(_ subject: String, _ text: String) -> Finding {
    Finding(subject: subject, status: .warning, text: text)
  }
  static func problem(_ subject: String, _ text: String) -> Finding {
    Finding(subject: subject, status: .problem, text: text)
  }
}
