internal import Records
internal import Store

/// What an artifact comes from, back to the raw files, and what became of it: boxes and the steps between them. Bounded,
/// and it says what it left out.
struct LineageGraph: Hashable, Sendable {
  /// An artifact, and the step that made it.
  struct Box: Hashable, Sendable {
    var artifact: Artifact
    /// As a spec wrote it where it was read first; empty where no step read it.
    var reference: String
    /// Nil where nobody knows: raw files, what was published by hand, what a lost record tells.
    var maker: Maker?
    /// How far from the subject, 0: negative for what it comes from, positive for what became of it.
    var level: Int
  }

  /// A step of a run.
  struct Maker: Hashable, Sendable {
    var run: String
    var step: String
    /// The word after `uses:`, or `run`.
    var kind: String
  }

  /// From a box to one that was made of it, by their indices.
  struct Edge: Hashable, Sendable {
    var from: Int
    var to: Int
  }

  static let boxLimit = 60
  static let levelLimit = 12
  /// Boxes of what became of the subject.
  static let downstreamLimit = 16

  /// The subject first.
  private(set) var boxes: [Box]
  private(set) var edges: [Edge] = []
  /// Artifacts whose own origin was not followed, as there was no room.
  private(set) var cutCount = 0
  /// Uses of the subject that are older than those shown.
  var olderUseCount = 0
  /// Whether there may be more of them than the ledger keeps.
  var mayHaveOlderUses = false

  init(_ subject: Artifact, _ maker: Maker?) {
    boxes = [Box(artifact: subject, reference: "", maker: maker, level: 0)]
  }

  /// Of a kind and digest: a snapshot has the digest of the raw files that it took.
  func index(of artifact: Artifact) -> Int? {
    boxes.firstIndex { $0.artifact.kind == artifact.kind && $0.artifact.digest == artifact.digest }
  }

  /// Whether it is data in the graph.
  func holds(_ artifact: Artifact?) -> Bool {
    artifact.map { $0.kind == .dataset && index(of: $0) != nil } ?? false
  }

  /// - Returns: its index.
  mutating func add(_ box: Box) -> Int {
    boxes.append(box)
    return boxes.count - 1
  }

  mutating func setMaker(_ maker: Maker?, of index: Int) { boxes[index].maker = maker }

  mutating func noteCut() { cutCount += 1 }

  /// Draws an edge, unless it is there or would close a circle, as the same bytes made twice may.
  mutating func connect(_ from: Int, _ to: Int) {
    let edge = Edge(from: from, to: to)
    guard from != to, !edges.contains(edge), !reaches(from: to, to: from) else { return }
    edges.append(edge)
  }

  private func reaches(from: Int, to: Int) -> Bool {
    var (open, seen) = ([from], Set([from]))
    while let next = open.popLast() {
      if next == to { return true }
      for edge in edges where edge.from == next && seen.insert(edge.to).inserted { open.append(edge.to) }
    }
    return false
  }

  /// Puts each box so far from the subject that every edge leads to a higher level.
  mutating func settleLevels() {
    for index in boxes.indices where boxes[index].level < 0 { boxes[index].level = -1 }
    for _ in boxes {
      for edge in edges where boxes[edge.to].level <= 0 {
        boxes[edge.from].level = min(boxes[edge.from].level, boxes[edge.to].level - 1)
      }
      for edge in edges where boxes[edge.from].level >= 0 {
        boxes[edge.to].level = max(boxes[edge.to].level, boxes[edge.from].level + 1)
      }
    }
  }

  /// The indices of what a box was made of.
  func sources(of index: Int) -> [Int] { edges.filter { $0.to == index }.map(\.from) }

  /// The nearest versions of datasets that the subject was made of, through whatever has no name.
  var nearestDatasets: [VersionLabel] {
    var (open, seen, found) = ([0], Set([0]), [VersionLabel]())
    while !open.isEmpty {
      let index = open.removeFirst()
      for source in sources(of: index) where seen.insert(source).inserted {
        let artifact = boxes[source].artifact
        if let version = artifact.version {
          if artifact.kind == .dataset { found.append(version) }
        } else {
          open.append(source)
        }
      }
    }
    return found.sorted { ($0.project, $0.name, $0.number) < ($1.project, $1.name, $1.number) }
  }

  /// Whether every way back ends at raw files.
  var endsAtRawFiles: Bool {
    cutCount == 0
      && boxes.indices.allSatisfy { index in
        boxes[index].level > 0 || boxes[index].maker != nil || boxes[index].artifact.kind == .files
      }
  }
}
