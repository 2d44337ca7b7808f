package import Records
package import Store

/// What `store gc` did, or would do.
package struct CollectionSummary: Codable, Sendable {
  package struct Expiry: Codable, Hashable, Sendable {
    package var kind: EntityName.Kind
    package var project: String
    package var name: String
    package var version: Int
    /// The rule that does not keep it.
    package var why: String
    /// Stored bytes that it needs and nothing that stays, nor an expiry before it.
    package var bytes: Int
  }

  package var expired: [Expiry] = []
  /// Ended runs whose unpublished artifacts the rules do not keep, and the stored bytes that these need and nothing
  /// that stays.
  package var forgottenRuns = 0
  package var forgottenBytes = 0
  package var collection = CollectionReport()
  /// When the grace of what is condemned now is over.
  package var dueFrom: Timestamp
}
