using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace GspMl.Fuzz.Mutation;

/// <summary>
/// Changes of a protobuf message that leave it one: numbers, names, references, data and whole messages are replaced, dropped, doubled or
/// taken from elsewhere in it.
/// </summary>
internal sealed class MessageMutation(IMessage root, Random random)
{
    private readonly List<IMessage> messages = [];
    private readonly List<string> texts = [];

    /// <summary>Changes the message in one to six places.</summary>
    public void Run()
    {
        for (var left = random.Next(3) == 0 ? random.Next(2, 7) : 1; left > 0; left--)
        {
            messages.Clear();
            texts.Clear();
            Collect(root);
            Change(messages[random.Next(messages.Count)]);
        }
    }

    private void Collect(IMessage message)
    {
        messages.Add(message);
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            foreach (var item in field.IsRepeated ? ((IList)value).Cast<object>() : [value])
            {
                if (item is IMessage inner) Collect(inner);
                else if (item is string { Length: > 0 } text) texts.Add(text);
            }
        }
    }

    private void Change(IMessage message)
    {
        var fields = message.Descriptor.Fields.InDeclarationOrder();
        // What is there counts more than what could be.
        var present = fields.Where(field => IsPresent(message, field)).ToList();
        var field = present.Count > 0 && random.Next(8) > 0 ? present[random.Next(present.Count)] : fields[random.Next(fields.Count)];
        if (field.IsRepeated) ChangeList(field, (IList)field.Accessor.GetValue(message));
        else if (random.Next(6) == 0) field.Accessor.Clear(message);
        else if (Other(field, field.Accessor.GetValue(message)) is { } value) field.Accessor.SetValue(message, value);
    }

    private static bool IsPresent(IMessage message, FieldDescriptor field) => field.Accessor.GetValue(message) switch
    {
        IList list => list.Count > 0,
        null => false,
        _ => !field.HasPresence || field.Accessor.HasValue(message),
    };

    private void ChangeList(FieldDescriptor field, IList list)
    {
        var at = list.Count == 0 ? 0 : random.Next(list.Count);
        switch (list.Count == 0 ? 4 : random.Next(6))
        {
            case 0: list.RemoveAt(at); break;
            case 1: list.Insert(random.Next(list.Count + 1), Copy(list[at]!)); break;
            case 2: (list[at], list[^1]) = (Copy(list[^1]!), Copy(list[at]!)); break;
            case 3: list.Clear(); break;
            case 4: if (Other(field, list.Count == 0 ? null : list[at]) is { } added) list.Add(added); break;
            default: if (Other(field, list[at]) is { } other) list[at] = other; break;
        }
    }

    private static object Copy(object value) => value switch
    {
        Google.Protobuf.IMessage message => message.Descriptor.Parser.ParseFrom(message.ToByteString()),
        _ => value,
    };

    /// <summary>Another value for a field; null where there is none.</summary>
    private object? Other(FieldDescriptor field, object? old) => field.FieldType switch
    {
        FieldType.Message => OfType(field.MessageType),
        FieldType.String => random.Next(2) == 0 && texts.Count > 0 ? texts[random.Next(texts.Count)] : HostileValues.Text(random),
        FieldType.Bytes => ByteString.CopyFrom(ByteMutation.Of(((ByteString?)old ?? ByteString.Empty).ToByteArray(), random)),
        FieldType.Float => (float)HostileValues.Real(random),
        FieldType.Double => HostileValues.Real(random),
        FieldType.Int64 => old is long value && random.Next(3) == 0 ? value + random.Next(-2, 3) : HostileValues.Integer(random),
        FieldType.UInt64 => unchecked((ulong)HostileValues.Integer(random)),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, random.Next(10) == 0 ? int.MaxValue : random.Next(0, 24)),
        FieldType.Int32 => random.Next(2) == 0 ? random.Next(0, 24) : unchecked((int)HostileValues.Integer(random)),
        _ => null,
    };

    /// <summary>A copy of a message of the type from elsewhere in the model, or an empty one.</summary>
    private object OfType(MessageDescriptor type)
    {
        var same = messages.Where(message => message.Descriptor == type).ToList();
        return same.Count > 0 && random.Next(5) > 0 ? Copy(same[random.Next(same.Count)]) : type.Parser.ParseFrom([]);
    }
}
