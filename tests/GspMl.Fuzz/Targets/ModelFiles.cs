using Google.Protobuf;
using GspMl.Fuzz.Corpus;
using GspMl.Fuzz.Mutation;

namespace GspMl.Fuzz.Targets;

/// <summary>Hostile models.</summary>
internal static class ModelFiles
{
    private static readonly byte[] Data = Enumerable.Range(0, 64).SelectMany(i => BitConverter.GetBytes((i % 9) - 4.5f)).ToArray();

    /// <summary>A right model, changed as a message, as bytes, or both.</summary>
    public static byte[] Make(Random random)
    {
        var model = BuiltModels.All[random.Next(BuiltModels.All.Count)].Clone();
        var way = random.Next(10);
        if (way < 8) new MessageMutation(model, random).Run();
        var bytes = model.ToByteArray();
        return way < 7 ? bytes : ByteMutation.Of(bytes, random);
    }

    /// <summary>Writes the model and the data that it may name.</summary>
    public static string Write(byte[] bytes, string folder)
    {
        var path = Path.Combine(folder, "m.onnx");
        File.WriteAllBytes(path, bytes);
        File.WriteAllBytes(Path.Combine(folder, BuiltModels.DataFile), Data);
        return path;
    }
}
