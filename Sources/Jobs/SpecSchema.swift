internal import Foundation

/// The JSON Schema (draft 2020-12) of specs, made from the vocabulary that the reader uses.
package enum SpecSchema {
  /// The schema as the shipped file holds it.
  package static var text: String { text(of: Vocabulary.job, id: "urn:nightshift:job:1", title: "Nightshift job") }

  /// The schema of a document of these fields.
  static func text(of fields: [Vocabulary.Field], id: String, title: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    // A tree of strings, numbers and lists always encodes.
    let bytes = (try? encoder.encode(root(fields, id, title))) ?? Data()
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  /// The few shapes of JSON that a schema is made of.
  indirect enum JSON: Encodable {
    case text(String), number(Double), integer(Int), flag(Bool), list([JSON]), object([String: JSON])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .flag(let value): try container.encode(value)
      case .list(let value): try container.encode(value)
      case .object(let value): try container.encode(value)
      }
    }
  }

  private static func root(_ fields: [Vocabulary.Field], _ id: String, _ title: String) -> JSON {
    var schema = object(fields)
    schema["$schema"] = .text("https://json-schema.org/draft/2020-12/schema")
    schema["$id"] = .text(id)
    schema["title"] = .text(title)
    return .object(schema)
  }

  private static func object(_ fields: [Vocabulary.Field]) -> [String: JSON] {
    var properties: [String: JSON] = [:]
    for field in fields { properties[field.name] = described(field) }
    var schema: [String: JSON] = [
      "type": .text("object"), "properties": .object(properties), "additionalProperties": .flag(false),
    ]
    let required = fields.filter(\.isRequired).map { JSON.text($0.name) }
    if !required.isEmpty { schema["required"] = .list(required) }
    return schema
  }

  private static func described(_ field: Vocabulary.Field) -> JSON {
    var schema = field.name == "steps" ? steps : shape(field.shape)
    schema["description"] = .text(field.help)
    return .object(schema)
  }

  /// A step: the keys of all steps, and below `with` those of the kind that `uses` names.
  private static var steps: [String: JSON] {
    var step = object(Vocabulary.step)
    let kinds = Vocabulary.kinds.map { kind -> JSON in
      let condition: JSON = .object([
        "properties": .object(["uses": .object(["const": .text(kind.name)])]), "required": .list([.text("uses")]),
      ])
      var with = object(kind.with)
      with["description"] = .text(kind.help)
      return .object([
        "if": condition,
        "then": .object(["properties": .object(["with": .object(with)]), "required": .list([.text("with")])]),
      ])
    }
    step["allOf"] = .list(kinds)
    step["oneOf"] = .list([.object(["required": .list([.text("uses")])]), .object(["required": .list([.text("run")])])])
    return ["type": .text("array"), "minItems": .integer(1), "items": .object(step)]
  }

  /// An expression may stand wherever a number or a list may.
  private static let expression: JSON = .object(["type": .text("string"), "pattern": .text("\\$\\{\\{.*\\}\\}")])

  private static func orExpression(_ schema: [String: JSON]) -> [String: JSON] {
    ["anyOf": .list([.object(schema), expression])]
  }

  private static func shape(_ shape: Vocabulary.Shape) -> [String: JSON] {
    switch shape {
    case .text, .reference, .gateRule, .retrainCondition, .target, .condition: ["type": .text("string")]
    case .name: orExpression(["type": .text("string"), "pattern": .text("^[a-z0-9][a-z0-9._-]{0,99}$")])
    case .integer(let range):
      orExpression(
        ["type": .text("integer"), "minimum": .integer(range.lowerBound)].merging(
          range.upperBound == .max ? [:] : ["maximum": .integer(range.upperBound)]
        ) { $1 })
    case .number(let range):
      orExpression([
        "type": .text("number"), "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound),
      ])
    case .numberOrReference(let range):
      ["anyOf": .list([.object(self.shape(.number(range))), .object(["type": .text("string")])])]
    case .word(let words): orExpression(["enum": .list(words.map { .text($0) })])
    case .flag: orExpression(["type": .text("boolean")])
    case .duration: orExpression(["type": .text("string"), "pattern": .text("^[0-9.]+ ?[smhd]$")])
    case .size: orExpression(["type": .list([.text("string"), .text("integer")])])
    case .list(let item): ["type": .text("array"), "items": .object(self.shape(item))]
    case .oneOrMore(let item):
      [
        "anyOf": .list([
          .object(self.shape(item)), .object(["type": .text("array"), "items": .object(self.shape(item))]),
        ])
      ]
    case .map(let value): ["type": .text("object"), "additionalProperties": .object(self.shape(value))]
    case .object(let fields): object(fields)
    case .any: [:]
    case .command:
      [
        "anyOf": .list([
          .object(["type": .text("string")]),
          .object([
            "type": .text("array"), "items": .object(["type": .list([.text("string"), .text("number")])]),
            "minItems": .integer(1),
          ]),
        ])
      ]
    }
  }
}
