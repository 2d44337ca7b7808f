/// Reads `limits` of the site's settings, collecting what is wrong.
struct LimitsReader {
  private static let quota: [Vocabulary.Field] = [
    Vocabulary.Field("jobs", .integer(1...100_000), "Jobs that run at once."),
    Vocabulary.Field("queued", .integer(1...10_000_000), "Jobs that wait; more are rejected."),
    Vocabulary.Field("cpus", .integer(1...100_000), "Cores of all its running steps."),
    Vocabulary.Field("memory", .size, "Memory of all its running steps."),
  ]

  private static let projectQuota =
    quota + [Vocabulary.Field("store", .size, "Stored bytes that its versions reach; beyond it its jobs fail.")]

  static let fields: [Vocabulary.Field] = [
    Vocabulary.Field("cpus", .integer(1...100_000), "Cores that one runner uses. Default: all."),
    Vocabulary.Field("memory", .size, "Memory that one runner's steps use. Default: all."),
    Vocabulary.Field("jobs", .integer(1...10_000), "Jobs that one runner works on at once. Default: as many as cores."),
    Vocabulary.Field(
      "attempts", .integer(1...1_000_000),
      "Runners that may die over a job without progress before it is given up. Default: 10."),
    Vocabulary.Field("project", .object(projectQuota), "What each project may have that is not named."),
    Vocabulary.Field("user", .object(quota), "What each user may have that is not named."),
    Vocabulary.Field("projects", .map(.object(projectQuota)), "What these projects may have."),
    Vocabulary.Field("users", .map(.object(quota)), "What these users may have."),
  ]

  /// The limits in `form`, which holds the mistakes afterwards.
  static func limits(_ form: Form) -> RunLimits {
    form.check(fields)
    var limits = RunLimits()
    limits.cpus = form.integer("cpus", 1...100_000)
    limits.memoryBytes = form.size("memory")
    limits.jobs = form.integer("jobs", 1...10_000)
    limits.attempts = form.integer("attempts", 1...1_000_000) ?? limits.attempts
    limits.project = quota(form, "project", projectQuota)
    limits.user = quota(form, "user", quota)
    limits.projects = quotas(form, "projects", projectQuota)
    limits.users = quotas(form, "users", quota)
    return limits
  }

  private static func quotas(_ form: Form, _ key: String, _ fields: [Vocabulary.Field]) -> [String: RunLimits.Quota] {
    guard let map = form.form(key, title: "`limits.\(key)`") else { return [:] }
    defer { form.take(map) }
    return Dictionary(
      (map.node.entries ?? []).map { ($0.key, quota(map, $0.key, fields)) }, uniquingKeysWith: { first, _ in first })
  }

  private static func quota(_ form: Form, _ key: String, _ fields: [Vocabulary.Field]) -> RunLimits.Quota {
    guard let own = form.form(key, title: "limits of `\(key)`") else { return RunLimits.Quota() }
    own.check(fields)
    defer { form.take(own) }
    return RunLimits.Quota(
      jobs: own.integer("jobs", 1...100_000), queued: own.integer("queued", 1...10_000_000),
      cpus: own.integer("cpus", 1...100_000), memoryBytes: own.size("memory"), storeBytes: own.size("store"))
  }
}
