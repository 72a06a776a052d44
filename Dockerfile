# The grader with its box, for macOS, Windows, and Linux machines where no box can be made. Use ./grade-in-container.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap fonts-dejavu-core make npm \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/course
ENV PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1 TF_CPP_MIN_LOG_LEVEL=3

# The packages first: they change seldom, and are most of the image.
COPY requirements.txt ./
RUN grep -v '^-e' requirements.txt > /tmp/packages.txt && pip install -r /tmp/packages.txt && rm /tmp/packages.txt

COPY pyproject.toml README.md LICENSE requirements.txt course.toml ./
COPY helpers helpers
COPY autograder autograder
RUN pip install --no-deps --no-build-isolation -e .

# MNIST and Fashion-MNIST go into the image, so that a grading needs no network.
ENV AUTOENCODERS_DATA=/opt/data
RUN autograder data && chmod -R a+rX /opt

# Any user may grade; this is the one when none is named.
RUN useradd --create-home --uid 1000 grader
USER grader
ENV HOME=/tmp
WORKDIR /grading
ENTRYPOINT ["autograder"]
