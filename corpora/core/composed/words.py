"""What students write on their figures, in the languages that were seen in public notebooks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Labels of one student: curves, axes, titles of figures."""

    train: str
    validation: str
    epoch: str
    loss: str
    title: str
    original: str
    code: str
    output: str
    noisy: str


ENGLISH = (
    Words("train", "validation", "epoch", "loss", "Model loss", "Original", "Bottleneck", "Reconstruction", "Noisy"),
    Words("Training loss", "Validation loss", "Epoch", "Loss", "Loss vs epochs", "Input", "Code", "Output", "Noise"),
    Words("loss", "val_loss", "Epochs", "MSE", "Training history", "originals", "codes", "decoded", "with noise"),
    Words("Train", "Test", "Epoch #", "Reconstruction error", "Learning curve", "Test digits", "Hidden layer",
          "Reconstructed", "Corrupted"),
    Words("training", "testing", "number of epochs", "binary crossentropy", "Autoencoder loss", "First ten",
          "Encoded", "Rebuilt", "Noisy version"),
)  # fmt: skip
FOREIGN = (
    Words("訓練", "検証", "エポック", "損失", "損失の推移", "元の画像", "潜在表現", "再構成", "ノイズ付き"),
    Words("тренировка", "проверка", "эпоха", "ошибка", "Функция потерь", "Оригинал", "Код", "Реконструкция", "Шум"),
    Words("تدريب", "تحقق", "دورة", "خسارة", "منحنى الخسارة", "الأصل", "الترميز", "إعادة البناء", "ضوضاء"),
    Words("训练", "验证", "轮次", "损失", "损失曲线", "原图", "编码", "重构", "加噪"),
    Words("treino", "validação", "época", "perda", "Perda por época", "Originais", "Gargalo", "Reconstruções",
          "Com ruído"),
    Words("Training", "Prüfung", "Epoche", "Fehler", "Fehler je Epoche", "Vorlage", "Engpass", "Nachbildung",
          "Verrauscht"),
    Words("apprentissage", "validation", "époque", "perte", "Courbes de perte", "Originales", "Goulot",
          "Reconstructions", "Bruitées"),
    Words("entrenamiento", "validación", "época", "pérdida", "Historia del entrenamiento", "Originales", "Cuello",
          "Reconstruidas", "Con ruido"),
    Words("훈련", "검증", "에포크", "손실", "손실 곡선", "원본", "잠재 코드", "복원", "잡음"),
    Words("eğitim", "doğrulama", "devir", "kayıp", "Kayıp eğrisi", "Özgün", "Darboğaz", "Yeniden kurulan",
          "Gürültülü"),
)  # fmt: skip
