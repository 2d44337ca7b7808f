import Disk
import Foundation
import Jobs
@testable import Pipeline
import Records
import Store
import SystemPackage
import Testing

@Suite struct ReferencesTests {
  @Test(
    "a reference that means nothing is told by what there is",
    arguments: [
      ("flights@latest", "“flights” is a dataset, and a model is needed"),
      ("delay@v9", "the model “delay” has no version v9: its newest is v1"),
      ("delay@champion", "the model “delay” has no alias “champion” yet: its newest version is v1"),
      ("delay@2012-12-31", "the model “delay” has no version of 2012-12-31 or before"),
      ("dealy@latest", "there is no such version yet; did you mean “delay”?"),
      ("other/delay@latest", "there is no such version yet"), ("weather@latest", "there is no such version yet"),
    ])
  func absence(text: String, reason: String) throws {
    let root = FilePath(NSTemporaryDirectory()).appending("ns-" + UUID().uuidString.prefix(13))
    defer { try? Disk().removeTree(root) }
    try Store.create(at: root, disk: Disk())
    let store = try Store(at: root, disk: Disk())
    for (kind, name) in [(EntityName.Kind.dataset, "flights"), (.model, "delay")] {
      let publication = Refs.Publication(
        digest: Digest(of: Array(name.utf8)), description: nil, key: name, at: "2013-01-01T00:00:00Z", run: nil,
        step: nil)
      _ = try store.refs.publish(publication, as: try EntityName(kind, project: "default", name: name))
    }
    guard case .entity(let reference)? = ReferenceParser.stored(text) else {
      Issue.record("“\(text)” is no reference")
      return
    }
    let references = References(store: store, project: "default")
    #expect(try references.artifact(reference, kinds: [.model]) == nil)
    #expect(try references.absence(of: reference, kinds: [.model]) == reason)
  }
}
