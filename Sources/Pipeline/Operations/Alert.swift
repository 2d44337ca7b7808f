package import Jobs
package import Records

/// Something that somebody should know, as a file and on the standard input of the site's command.
package struct Alert: Codable, Hashable, Sendable {
  /// How far telling it has come, where a command is to be told.
  package struct Delivery: Codable, Hashable, Sendable {
    package var attempts = 0
    /// No attempt before that.
    package var next: Timestamp
    /// Why the last attempt did not do.
    package var reason: String?
  }

  package var format = "nightshift-alert 1"
  /// The stem of its file: time, kind and eight digits.
  package var id: String
  package var kind: NotifyRules.Kind
  package var at: Timestamp
  package var site: String
  package var siteRoot: String
  package var host: String
  package var project: String?
  package var job: String?
  package var run: String?
  /// One sentence for people.
  package var text: String
  /// How often the same was noticed and not told since it was last told.
  package var suppressed: Int
  /// The run's page, below the store.
  package var page: String?
  package var delivery: Delivery?
}
