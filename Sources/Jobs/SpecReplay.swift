/// Rewrites a spec so that it does again what it did, on newer data.
package enum SpecReplay {
  /// The spec with `version` (`flights@v4`) in the place of the dataset `name`: steps that make that dataset are left
  /// out, and whatever named them, or another version of it, names the new one. The result is JSON, which is a spec
  /// too. Nil when the spec does not use the dataset at all.
  package static func spec(
    _ bytes: [UInt8], replacing name: String, of project: String, with version: String, file: String
  ) throws(SpecError) -> [UInt8]? {
    let root: SpecNode
    do { root = try SpecDocument(bytes).root } catch { throw SpecError(file: file, mistakes: error.mistakes) }
    var replacement = Replacement(name: name, project: project, version: version)
    guard let entries = root.entries else { return nil }
    let rewritten = entries.map { entry in
      guard entry.key == "steps", let steps = entry.value.items else { return entry }
      return SpecNode.Entry(
        key: entry.key, keyPlace: entry.keyPlace, value: replacement.steps(steps, at: entry.value.place))
    }
    guard replacement.isUsed else { return nil }
    return Array((SpecNode(value: .mapping(rewritten), place: root.place).json + "\n").utf8)
  }

  private struct Replacement {
    let name: String
    let project: String
    let version: String
    var isUsed = false
    /// Steps that are left out.
    var makers: Set<String> = []

    mutating func steps(_ steps: [SpecNode], at place: Place) -> SpecNode {
      for step in steps where step["with"]?["dataset"]?.text == name {
        guard let id = step["id"]?.text, ["snapshot", "import"].contains(step["uses"]?.text) else { continue }
        makers.insert(id)
        isUsed = true
      }
      let kept = steps.filter { step in step["id"]?.text.map { !makers.contains($0) } ?? true }
      return SpecNode(value: .sequence(kept.map { self.step($0) }), place: place)
    }

    private mutating func step(_ step: SpecNode) -> SpecNode {
      let entries = (step.entries ?? []).compactMap { entry -> SpecNode.Entry? in
        switch entry.key {
        case "with", "inputs":
          let values = (entry.value.entries ?? []).map { value in
            SpecNode.Entry(key: value.key, keyPlace: value.keyPlace, value: argument(value))
          }
          return SpecNode.Entry(
            key: entry.key, keyPlace: entry.keyPlace, value: SpecNode(value: .mapping(values), place: entry.value.place)
          )
        case "needs":
          let kept = (entry.value.items ?? [entry.value]).filter { $0.text.map { !makers.contains($0) } ?? true }
          return kept.isEmpty
            ? nil
            : SpecNode.Entry(
              key: "needs", keyPlace: entry.keyPlace, value: SpecNode(value: .sequence(kept), place: entry.value.place))
        default: return entry
        }
      }
      return SpecNode(value: .mapping(entries), place: step.place)
    }

    /// A value of `with`, where the `inputs` of some steps have references of their own.
    private mutating func argument(_ entry: SpecNode.Entry) -> SpecNode {
      guard entry.key == "inputs", let inputs = entry.value.entries else { return reference(entry.value) }
      let values = inputs.map { SpecNode.Entry(key: $0.key, keyPlace: $0.keyPlace, value: reference($0.value)) }
      return SpecNode(value: .mapping(values), place: entry.value.place)
    }

    private mutating func reference(_ node: SpecNode) -> SpecNode {
      guard let text = node.text else { return node }
      var isMeant = makers.contains(text)
      if case .entity(let entity)? = ReferenceParser.stored(text), entity.name == name,
        (entity.project ?? project) == project
      {
        isMeant = true
        isUsed = true
      }
      return isMeant ? SpecNode(value: .scalar(version, isPlain: false), place: node.place) : node
    }
  }
}
