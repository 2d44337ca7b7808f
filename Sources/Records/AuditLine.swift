package import Store

/// A line of the audit log: who did what, when, and why.
package struct AuditLine: Codable, Hashable, Sendable {
  /// Its place in the log, from 0.
  package var sequence: Int
  /// Of the line before it.
  package var previous: Digest
  package var at: Timestamp
  package var by: String
  /// `publish-dataset`, `publish-model`, `move-alias`, `roll-back`, `expire-dataset`, …
  package var action: String
  /// `flights/flights@v3`, `flights/flights-delay@champion`.
  package var object: String
  package var from: String?
  package var to: String?
  package var why: String
  /// The run that did it; nil where somebody did it by hand.
  package var run: String?

  package init(
    sequence: Int, previous: Digest, at: Timestamp, by: String, action: String, object: String, from: String?,
    to: String?, why: String, run: String?
  ) {
    self.sequence = sequence
    self.previous = previous
    self.at = at
    self.by = by
    self.action = action
    self.object = object
    self.from = from
    self.to = to
    self.why = why
    self.run = run
  }
}
