internal import Jobs
internal import Store

/// Whether projects hold more in the store than they may. To count it reads all manifests, so it is done once a minute
/// at most, and only where a limit asks for it.
actor StoreQuota {
  private static let freshSeconds = 60.0

  private let site: Site
  private var counted: (at: ContinuousClock.Instant, bytes: [String: Int])?

  init(_ site: Site) { self.site = site }

  /// Why a job of the project is refused: its versions hold as much as they may, or more. Nil when they do not.
  func refusal(of project: String) throws -> String? {
    guard let limit = site.settings.limits.quota(ofProject: project).storeBytes else { return nil }
    let held = try bytes()[project] ?? 0
    guard held >= limit else { return nil }
    return
      "the project “\(project)” holds \(held) bytes of the \(limit) that it may: let versions expire (`retention`, then `nightshift store gc`), or have `limits` raised"
  }

  private func bytes() throws -> [String: Int] {
    if let counted, ContinuousClock.now - counted.at < .seconds(Self.freshSeconds) { return counted.bytes }
    let shares = try site.store.statistics().projects.map { ($0.name, $0.share.storedBytes) }
    let bytes = Dictionary(shares, uniquingKeysWith: { $1 })
    counted = (ContinuousClock.now, bytes)
    return bytes
  }
}
