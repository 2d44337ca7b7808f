internal import Pipeline
internal import Store

/// Lists datasets or models on standard output.
struct VersionList {
  private let site: Site
  private let kind: EntityName.Kind

  init(_ site: Site, _ kind: EntityName.Kind) {
    self.site = site
    self.kind = kind
  }

  private struct Row: Encodable {
    var project: String
    var name: String
    var version: Int
    var digest: Digest
    var created: String
    var run: String?
    var aliases: [String]
  }

  /// Every entity with its latest version, or every version of the one called `name`.
  func write(_ name: String?, isJSON: Bool) throws {
    let parts = name?.split(separator: "/").map(String.init)
    let entities = try site.store.refs.entities(kind).filter { entity in
      guard let parts else { return true }
      return entity.name == parts.last && (parts.count == 1 || entity.project == parts[0])
    }
    guard name == nil || !entities.isEmpty else {
      throw Refusal(status: .usage, description: "there is no \(kind.rawValue) “\((name ?? "").printable)”")
    }
    var rows: [Row] = []
    for entity in entities {
      let aliases = try site.store.refs.aliases(of: entity)
      for version in try site.store.refs.versions(of: entity).suffix(name == nil ? 1 : .max) {
        rows.append(
          Row(
            project: entity.project, name: entity.name, version: version.number, digest: version.digest,
            created: version.created, run: version.run,
            aliases: aliases.filter { $0.value.version == version.number }.map(\.key).sorted()))
      }
    }
    if isJSON { return try Terminal.writeJSON(rows) }
    var table = TextTable(["NAME", "VERSION", "CREATED", "DIGEST", "ALIASES", "RUN"])
    for row in rows {
      table.add([
        "\(row.project)/\(row.name)", "v\(row.version)", row.created, row.digest.short,
        row.aliases.joined(separator: ","), row.run ?? "",
      ])
    }
    Terminal.write(table.text)
  }
}
